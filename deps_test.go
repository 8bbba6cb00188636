package plumb_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// lattice says which packages of plumb each package may import; third-party
// libraries are listed where they are allowed. Do not change this table to make a
// build pass: move the code.
//
// Vocabularies stand at the top, stages below, consumers of the result after them,
// front ends last. "emit/*" stands for every emitter.
var lattice = []struct{ pkg, may string }{
	{"diag", ""},
	{"fact", "diag"},
	{"spec", "diag fact"},
	{"brief", "diag fact spec"},
	{"queueing", ""},
	{"model", "diag fact spec queueing"},
	{"catalog", "diag fact"},
	{"boundary", ""},
	{"arch", "diag fact"},
	{"decide", "diag fact model catalog queueing boundary arch"},
	{"build", "diag fact model catalog queueing boundary arch decide"},
	{"sensitivity", "diag fact spec model catalog queueing boundary arch decide build"},
	{"diff", "diag fact arch"},
	{"diff/contract", "fact arch emit"},
	{"lock", "diag fact arch"},
	{"cache", ""},
	{"emit", ""},
	{"emit/*", "diag fact arch emit emit/*"},
	{"sim/des", ""},
	{"sim", "diag fact arch queueing sim/des"},
	{"explore/state", ""},
	{"explore", "diag fact arch explore/state"},
	{"sim/page", "diag fact sim"},
	{".", "*"}, // the facade holds the stages in order
	{"query", "diag fact arch"},
	{"agent", "emit"},
	{"mcp", ". brief cache diag fact arch emit spec lock diff query"},
	{"chat", "mcp"},
	{"chat/*", "chat"},
	{"cli", ". brief cache diag fact arch emit spec lock diff diff/contract query agent mcp chat chat/*"},
	{"cmd/plumb", "cli"},
}

// testOnly packages are imported by tests and by commands under tools alone.
var testOnly = []string{"internal/corpus", "internal/golden", "internal/judge", "internal/look", "internal/refcase", "arch/archtest", "boundary/judge"}

// heavy libraries, and the only packages that may import them.
var heavy = map[string][]string{
	"github.com/spf13/cobra":                   {"cli"},
	"golang.org/x/term":                        {"cli"},
	"github.com/modelcontextprotocol/go-sdk":   {"mcp"},
	"github.com/google/jsonschema-go":          {"mcp"},
	"github.com/anthropics/anthropic-sdk-go":   {"chat/anthropic"},
	"github.com/openai/openai-go":              {"chat/openai"},
	"go.yaml.in/yaml/v3":                       {"spec", "catalog", "lock", "emit/*", "diff/contract"},
	"cel.dev/cel-go":                           {"model"},
	"github.com/oasdiff/oasdiff":               {"diff/contract"},
	"github.com/getkin/kin-openapi":            {"diff/contract", "internal/judge"},
	"github.com/santhosh-tekuri/jsonschema/v6": {"internal/judge"},
	"github.com/vektah/gqlparser/v2":           {"emit/graphql", "diff/contract", "internal/judge"},
	"github.com/bufbuild/protocompile":         {"emit/protobuf", "diff/contract", "internal/judge"},
	"github.com/jhump/protoreflect/v2":         {"emit/protobuf"},
}

const module = "plumb.dev/plumb"

func TestImportsFollowTheLattice(t *testing.T) {
	for _, p := range packages(t) {
		name := short(p.ImportPath)
		if slices.Contains(testOnly, name) || strings.HasPrefix(name, "tools/") {
			continue
		}
		may, known := allowed(name)
		if !known {
			t.Errorf("package %s stands nowhere in the lattice", name)
			continue
		}
		for _, imp := range p.Imports {
			if imp == module || strings.HasPrefix(imp, module+"/") {
				if dep := short(imp); !permits(may, dep) {
					t.Errorf("%s may not import %s", name, dep)
				}
			}
			for lib, users := range heavy {
				if (imp == lib || strings.HasPrefix(imp, lib+"/")) && !slices.ContainsFunc(users, func(u string) bool { return covers(u, name) }) {
					t.Errorf("%s may not import %s", name, imp)
				}
			}
		}
	}
}

func short(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

func allowed(name string) (string, bool) {
	for _, l := range lattice {
		if covers(l.pkg, name) {
			return l.may, true
		}
	}
	return "", false
}

func covers(pattern, name string) bool {
	if strings.HasSuffix(pattern, "/*") {
		return strings.HasPrefix(name, strings.TrimSuffix(pattern, "*"))
	}
	return pattern == name
}

func permits(may, dep string) bool {
	if may == "*" {
		return true
	}
	return slices.ContainsFunc(strings.Fields(may), func(m string) bool { return covers(m, dep) })
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 10 {
		t.Fatalf("only %d packages listed from %s", len(list), path.Base(module))
	}
	return list
}
