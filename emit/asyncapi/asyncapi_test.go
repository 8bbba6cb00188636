package asyncapi_test

import (
	"os"
	"path/filepath"
	"testing"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/asyncapi"
	"plumb.dev/plumb/internal/judge"
)

func TestJudgesAcceptEveryContract(t *testing.T) {
	files, err := asyncapi.Files(archtest.Harbour())
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string][]byte{}
	for _, f := range files {
		docs[f.Path] = f.Data
		p := "/tmp/out/" + f.Path
		os.MkdirAll(filepath.Dir(p), 0o755)
		os.WriteFile(p, f.Data, 0o644)
	}
	judge.Clean(t, judge.Files(t, docs)...)
}
