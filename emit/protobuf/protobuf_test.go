package protobuf_test

import (
	"bytes"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/protobuf"
	"plumb.dev/plumb/internal/judge"
)

func files(t *testing.T, a *arch.Arch) map[string][]byte {
	t.Helper()
	list, err := protobuf.Files(a)
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

func TestEveryStreamingKindIsPrinted(t *testing.T) {
	var all bytes.Buffer
	for _, data := range files(t, archtest.Harbour()) {
		all.Write(data)
	}
	for _, want := range []string{") returns (stream ", "(stream ReportPositionsRequest) returns (ReportPositionsResponse)", "rpc Dispatch(stream DispatchRequest) returns (stream DispatchResponse)"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no method has the form %q", want)
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

func TestRetiredNumbersAndNamesStayReserved(t *testing.T) {
	a := archtest.Harbour()
	for i := range a.Schemas {
		if s := &a.Schemas[i]; s.Kind == "object" && s.Role == "input" {
			s.Retired = append(s.Retired, arch.Retired{Name: "formerName", Number: 77})
		}
	}
	for i := range a.Schemas {
		if s := &a.Schemas[i]; s.Kind == "object" && s.Role == "entity" {
			s.Retired = append(s.Retired, arch.Retired{Name: "formerField", Number: 78})
		}
	}
	for name, data := range files(t, a) {
		if strings.Contains(string(data), "message Delivery {") && !strings.Contains(string(data), "reserved 78;") {
			t.Errorf("%s forgets the retired number", name)
		}
	}
}

func BenchmarkFiles500(b *testing.B) {
	a := archtest.Generated(500)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := protobuf.Files(a); err != nil {
			b.Fatal(err)
		}
	}
}
