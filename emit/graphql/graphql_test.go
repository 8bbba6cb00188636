package graphql_test

import (
	"bytes"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/graphql"
	"plumb.dev/plumb/internal/judge"
)

func files(t *testing.T, a *arch.Arch) map[string][]byte {
	t.Helper()
	list, err := graphql.Files(a)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range list {
		out[f.Path] = f.Data
	}
	if len(out) == 0 {
		t.Fatal("no file was printed")
	}
	return out
}

func TestJudgesAcceptTheHarbourInterfaces(t *testing.T) {
	judge.Require(t)
	judge.Clean(t, judge.Files(t, files(t, archtest.Harbour()))...)
}

func TestReferencesNameTheLoaderThatBatchesThem(t *testing.T) {
	for name, data := range files(t, archtest.Harbour()) {
		if !strings.Contains(string(data), "Loader, in one query") {
			t.Errorf("%s: no reference says how it is resolved", name)
		}
	}
}

func TestTheSameDesignGivesTheSameBytes(t *testing.T) {
	first, second := files(t, archtest.Harbour()), files(t, archtest.Harbour())
	for name, data := range first {
		if !bytes.Equal(data, second[name]) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

func BenchmarkFiles500(b *testing.B) {
	a := archtest.Generated(500)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := graphql.Files(a); err != nil {
			b.Fatal(err)
		}
	}
}
