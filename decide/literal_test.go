package decide_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"plumb.dev/plumb/catalog"
)

// What the questions look up in the catalogue by name must be declared there: a
// misspelt property reads as "not known" and goes unnoticed.
func TestLooksUpDeclaredPropertiesOnly(t *testing.T) {
	declared := map[string]bool{}
	for _, p := range catalog.Properties() {
		for _, key := range p.Keys() {
			declared[key] = true
		}
	}
	known := map[string]func(string) bool{
		"tech": func(k string) bool { return declared[k] }, "techOr": func(k string) bool { return declared[k] },
		"lacks": func(k string) bool { return declared[k] }, "Has": func(k string) bool { return declared[k] },
		"Flag": func(k string) bool { return declared[k] }, "Text": func(k string) bool { return declared[k] },
		"Number": func(k string) bool { return declared[k] },
		"priced": func(k string) bool { return declared[k+"-aws"] }, "On": func(k string) bool { return declared[k+"-aws"] },
		"technology": func(id string) bool { _, ok := catalog.Builtin().Technology(id); return ok },
		"reference":  func(name string) bool { _, ok := catalog.Builtin().Reference(name); return ok },
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	fset := token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			ok = false
			var check func(string) bool
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				if of, inner := f.X.(*ast.SelectorExpr); inner && of.Sel.Name == "Context" {
					return true // compliance rules, not features
				}
				check, ok = known[f.Sel.Name]
			case *ast.Ident:
				check, ok = known[f.Name]
			}
			if !ok {
				return true
			}
			for _, arg := range call.Args {
				lit, isText := arg.(*ast.BasicLit)
				if !isText || lit.Kind != token.STRING {
					continue
				}
				looked++
				if name, _ := strconv.Unquote(lit.Value); !check(name) {
					t.Errorf("%s: the catalogue declares no %q", fset.Position(lit.Pos()), name)
				}
			}
			return true
		})
	}
	if looked < 80 {
		t.Errorf("only %d look-ups were found: have the helpers been renamed?", looked)
	}
}

// Assumptions have ids of their own, a range that holds the value, and a reason.
func TestAssumptionsAreBounded(t *testing.T) {
	ids := map[string]string{}
	for name, p := range plans(t) {
		for _, f := range p.Facts.All() {
			if !strings.HasPrefix(string(f.ID), "decide.") {
				continue
			}
			if f.Value.N < f.Low || f.Value.N > f.High || len(f.Reason) < 20 {
				t.Errorf("%s: %+v is out of its range or says too little", name, f)
			}
			if said, known := ids[string(f.ID)]; known && said != f.Reason {
				t.Errorf("two assumptions are called %s: %q and %q", f.ID, said, f.Reason)
			}
			ids[string(f.ID)] = f.Reason
		}
	}
	if len(ids) < 60 {
		t.Errorf("only %d assumptions were met", len(ids))
	}
}
