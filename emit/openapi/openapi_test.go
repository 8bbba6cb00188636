package openapi_test

import (
	"testing"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/openapi"
	"plumb.dev/plumb/internal/judge"
)

func TestJudgesAcceptEveryInterface(t *testing.T) {
	files, err := openapi.Files(archtest.Harbour())
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string][]byte{}
	for _, f := range files {
		docs[f.Path] = f.Data
	}
	judge.Clean(t, judge.Files(t, docs)...)
}
