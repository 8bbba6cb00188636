package plan_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/plan"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// The schema is made here, from the types of the vocabulary and the comments in
// their sources, and stands in two files: beside the package, which embeds it, and
// in the documentation. PLUMB_UPDATE=1 writes both.
func TestTheSchemaIsThatOfTheVocabulary(t *testing.T) {
	want, err := makeSchema()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plan.schema.json", "../../docs/plan.schema.json"} {
		if os.Getenv("PLUMB_UPDATE") == "1" {
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is out of date: run PLUMB_UPDATE=1 go test ./emit/plan", name)
		}
	}
	if os.Getenv("PLUMB_UPDATE") != "1" && !bytes.Equal(plan.Schema(), want) {
		t.Error("the embedded schema is out of date")
	}
}

// generator makes the schema of one type after another.
type generator struct {
	comments map[string]string // "arch.Flow" and "arch.Flow.Steps" to what is said there
	defs     map[string]*tree.Map
	order    []string
}

func makeSchema() ([]byte, error) {
	g := &generator{comments: map[string]string{}, defs: map[string]*tree.Map{}}
	for _, dir := range []string{"arch", "fact", "diag"} {
		if err := g.read(filepath.Join("../..", dir), dir); err != nil {
			return nil, err
		}
	}
	root := reflect.TypeFor[arch.Arch]()
	ref := g.of(root)
	defs := &tree.Map{}
	for _, name := range g.order {
		defs.Set(name, g.defs[name])
	}
	text, err := tree.JSON(tree.Of(
		"$schema", "https://json-schema.org/draft/2020-12/schema",
		"$id", "https://plumb.dev/schema/plan-1.json",
		"title", "A system designed by plumb",
		"description", g.comments["arch"],
		"allOf", []any{ref},
		"$defs", defs,
	))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Indent(&out, []byte(text), "", "  ")
	return append(bytes.TrimSpace(out.Bytes()), '\n'), err
}

var textual = reflect.TypeFor[encoding.TextMarshaler]()

// words are the types that are one of a few words.
var words = map[reflect.Type][]any{
	reflect.TypeFor[fact.Kind]():   texts(fact.None, fact.Truth),
	reflect.TypeFor[fact.Origin](): texts(fact.Stated, fact.Assumed),
}

func texts[T interface {
	~uint8
	String() string
}](first, last T) []any {
	var out []any
	for i := first; i <= last; i++ {
		out = append(out, i.String())
	}
	return out
}

func (g *generator) of(t reflect.Type) *tree.Map {
	switch {
	case words[t] != nil:
		return tree.Of("type", "string", "enum", words[t])
	case t.Kind() == reflect.Pointer:
		return g.of(t.Elem())
	case t.Implements(textual):
		return tree.Of("type", "string")
	}
	switch t.Kind() {
	case reflect.Struct:
		g.define(t)
		return tree.Of("$ref", "#/$defs/"+t.Name())
	case reflect.Slice:
		return tree.Of("type", "array", "items", g.of(t.Elem()))
	case reflect.String:
		return tree.Of("type", "string")
	case reflect.Bool:
		return tree.Of("type", "boolean")
	case reflect.Int:
		return tree.Of("type", "integer")
	case reflect.Float64:
		return tree.Of("type", "number")
	case reflect.Interface:
		return &tree.Map{}
	}
	panic("no schema for " + t.String())
}

func (g *generator) define(t reflect.Type) {
	if g.defs[t.Name()] != nil {
		return
	}
	def := tree.Of("type", "object")
	g.defs[t.Name()] = def
	g.order = append(g.order, t.Name())
	if about := g.comments[t.String()]; about != "" {
		def.Set("description", about)
	}
	properties := &tree.Map{}
	var required []any
	g.members(t, properties, &required)
	def.Set("properties", properties)
	if required != nil {
		def.Set("required", required)
	}
}

// members adds the fields as JSON shows them; those of embedded structs without a
// name of their own stand beside them.
func (g *generator) members(t reflect.Type, properties *tree.Map, required *[]any) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			g.members(f.Type, properties, required)
			continue
		}
		if name == "" {
			name = f.Name
		}
		member := g.of(f.Type)
		if about := g.comments[t.String()+"."+f.Name]; about != "" {
			member.Set("description", about)
		}
		properties.Set(name, member)
		if !strings.Contains(options, "omit") {
			*required = append(*required, name)
		}
	}
}

// read collects the comments of a package.
func (g *generator) read(dir, name string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		if about := oneLine(file.Doc); about != "" {
			g.comments[name], _, _ = strings.Cut(about, ". ")
			g.comments[name] += "."
		}
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.GenDecl); ok && decl.Tok == token.TYPE {
				for _, s := range decl.Specs {
					g.readType(name, decl, s.(*ast.TypeSpec))
				}
			}
		}
	}
	return nil
}

func (g *generator) readType(pkg string, decl *ast.GenDecl, s *ast.TypeSpec) {
	key := pkg + "." + s.Name.Name
	g.comments[key] = strings.TrimSpace(oneLine(decl.Doc) + " " + oneLine(s.Doc))
	fields, ok := s.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range fields.Fields.List {
		for _, name := range f.Names {
			g.comments[key+"."+name.Name] = strings.TrimSpace(oneLine(f.Doc) + " " + oneLine(f.Comment))
		}
	}
}

func oneLine(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	return strings.Join(strings.Fields(c.Text()), " ")
}
