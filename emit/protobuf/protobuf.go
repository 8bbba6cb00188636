// Package protobuf prints gRPC interfaces as Protocol Buffers.
//
// One file per interface of style grpc, in a layout that lints clean: the package's
// path is its directory, requests and responses are named for their method, enums
// start at an unspecified zero, and everything has a comment from the model. Field
// and enum numbers come from the design (the lock keeps them); what a method needs
// beside its schema (paging, keys, versions) has fixed numbers above them, so that
// neither can push the other.
//
// The source is printed here and not by a library's printer, because none prints
// what buf format accepts as it stands. The compiler of package protocompile reads
// back every file before it is returned: what does not compile is a fault of plumb.
package protobuf

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/fact"
)

// Files prints every gRPC interface of the system.
func Files(a *arch.Arch) ([]emit.File, error) {
	var files []emit.File
	for i := range a.APIs {
		api := &a.APIs[i]
		if api.Style != "grpc" {
			continue
		}
		data := newPrinter(a, api).file()
		files = append(files, emit.File{Path: api.File, Data: data})
	}
	return files, compiles(files)
}

// compiles reads the files back with a compiler.
func compiles(files []emit.File) error {
	for _, f := range files {
		compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
			Accessor: protocompile.SourceAccessorFromMap(map[string]string{path.Base(f.Path): string(f.Data)}),
		})}
		if _, err := compiler.Compile(context.Background(), path.Base(f.Path)); err != nil {
			return fmt.Errorf("%s does not compile, which is a fault of plumb: %w", f.Path, err)
		}
	}
	return nil
}

// printer writes one file.
type printer struct {
	a       *arch.Arch
	api     *arch.API
	pkg     string
	schemas map[arch.SchemaID]*arch.Schema
	bodies  map[arch.SchemaID]bool // printed as a request, not as a message of its own
	imports map[string]bool
	needs   []arch.SchemaID // messages to print, in order of first use
	seen    map[arch.SchemaID]bool
	money   bool
	place   bool
	b       strings.Builder
}

func newPrinter(a *arch.Arch, api *arch.API) *printer {
	p := &printer{
		a: a, api: api, schemas: map[arch.SchemaID]*arch.Schema{}, bodies: map[arch.SchemaID]bool{},
		imports: map[string]bool{}, seen: map[arch.SchemaID]bool{},
	}
	for i := range a.Schemas {
		p.schemas[a.Schemas[i].ID] = &a.Schemas[i]
	}
	p.pkg = packageOf(api.File)
	return p
}

// packageOf is the package that the file's directory spells: the last segments
// down to the version, as buf's module root is the directory of the context.
func packageOf(file string) string {
	dirs := strings.Split(path.Dir(file), "/")
	from := slices.Index(dirs, "contracts")
	if from >= 0 && len(dirs) > from+2 {
		dirs = dirs[from+2:]
	}
	return strings.Join(dirs, ".")
}

// file prints head, service and messages; the head comes last to be known, as it
// lists the imports that were used.
func (p *printer) file() []byte {
	ops := p.operations()
	p.service(ops)
	for _, op := range ops {
		p.request(op)
		p.response(op)
	}
	for i := 0; i < len(p.needs); i++ { // grows while messages refer to others
		p.schema(p.schemas[p.needs[i]])
	}
	p.common()

	var head strings.Builder
	comment(&head, "", p.api.About)
	fmt.Fprintf(&head, "syntax = \"proto3\";\n\npackage %s;\n", p.pkg)
	if len(p.imports) > 0 {
		head.WriteString("\n")
		for _, name := range slices.Sorted(mapKeys(p.imports)) {
			fmt.Fprintf(&head, "import %q;\n", name)
		}
	}
	return []byte(head.String() + p.b.String())
}

func mapKeys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (p *printer) operations() []*arch.Operation {
	var out []*arch.Operation
	for _, id := range p.api.Operations {
		for i := range p.a.Operations {
			if op := &p.a.Operations[i]; op.ID == id && op.RPC != nil {
				out = append(out, op)
			}
		}
	}
	return out
}

func (p *printer) service(ops []*arch.Operation) {
	if len(ops) == 0 {
		return
	}
	p.b.WriteString("\n")
	comment(&p.b, "", p.api.About)
	fmt.Fprintf(&p.b, "service %s {\n", ops[0].RPC.Service)
	for i, op := range ops {
		if i > 0 {
			p.b.WriteString("\n")
		}
		comment(&p.b, "  ", about(op))
		in, out := "", ""
		if op.Stream == "in" || op.Stream == "both" {
			in = "stream "
		}
		if op.Stream == "out" || op.Stream == "both" {
			out = "stream "
		}
		fmt.Fprintf(&p.b, "  rpc %s(%s%sRequest) returns (%s%sResponse)", op.RPC.Method, in, op.RPC.Method, out, op.RPC.Method)
		var options []string
		if op.Kind == "query" {
			options = append(options, "option idempotency_level = NO_SIDE_EFFECTS;")
		} else if op.Idempotency != nil {
			options = append(options, "option idempotency_level = IDEMPOTENT;")
		}
		if op.Deprecated != "" {
			options = append(options, "option deprecated = true;")
		}
		if len(options) == 0 {
			p.b.WriteString(";\n")
			continue
		}
		p.b.WriteString(" {\n    " + strings.Join(options, "\n    ") + "\n  }\n")
	}
	p.b.WriteString("}\n")
}

// about says what a method does and what its callers must know.
func about(op *arch.Operation) string {
	s := op.About
	if op.Auth.Scope != "" && !op.Auth.Anonymous {
		s += fmt.Sprintf(" Needs the scope %s.", op.Auth.Scope)
	}
	if len(op.Errors) > 0 {
		s += " Fails with: " + strings.Join(op.Errors, ", ") + "."
	}
	return s
}

// The numbers of what a method needs beside its schema. They stand far above what
// schemas use and never change their meaning.
const (
	numRequestID = 900
	numVersion   = 901
	numPageSize  = 902
	numPageToken = 903
	numFilter    = 904
	numOrderBy   = 905
	numAddress   = 910 // and on: what addresses an instance
	numParameter = 920 // and on: what a query takes
)

// request prints the message a method takes.
func (p *printer) request(op *arch.Operation) {
	fields := p.addressing(op)
	if s := p.schemas[op.Body]; s != nil {
		fields = append(fields, numbered(s.Fields)...)
		if s.Kind == "union" {
			p.message(op.RPC.Method+"Request", s.About, nil, s)
			return
		}
	}
	for i, f := range op.Input {
		if slices.ContainsFunc(fields, func(x arch.Field) bool { return x.Name == f.Name }) {
			continue // the address of the instance is listed among the inputs, too
		}
		f.Number = numParameter + i
		fields = append(fields, f)
	}
	text := arch.Type{Scalar: arch.ScalarText}
	if op.Idempotency != nil {
		fields = append(fields, arch.Field{Name: "requestId", Number: numRequestID, Type: text, Required: true,
			About: fmt.Sprintf("Chosen by the caller; the same id again within %s gets the first answer instead of a second effect.", op.Idempotency.Retention)})
	}
	if op.Concurrency != "" {
		fields = append(fields, arch.Field{Name: "version", Number: numVersion, Type: text, Required: true,
			About: "The version the change starts from, as the last read gave it; refused when somebody else changed it since."})
	}
	if pg := op.Paging; pg != nil {
		fields = append(fields,
			arch.Field{Name: "pageSize", Number: numPageSize, Type: arch.Type{Scalar: arch.ScalarInt}, About: fmt.Sprintf("How many to return, at most %d; %d when not set.", pg.Max, pg.Default)},
			arch.Field{Name: "pageToken", Number: numPageToken, Type: text, About: "Continues a list: the next_page_token of the page before, with all else unchanged."})
		if len(pg.Filter) > 0 {
			fields = append(fields, arch.Field{Name: "filter", Number: numFilter, Type: text, About: "Which to return, in the grammar of AIP-160. Fields and operators: " + filters(pg.Filter) + "."})
		}
		if len(pg.Sort) > 0 {
			fields = append(fields, arch.Field{Name: "orderBy", Number: numOrderBy, Type: text, About: "The order: " + snakes(pg.Sort) + "; 'desc' after a name turns it round."})
		}
	}
	p.message(op.RPC.Method+"Request", fmt.Sprintf("What %s is asked with.", op.RPC.Method), fields, nil)
}

// addressing is what names the instance a method is about.
func (p *printer) addressing(op *arch.Operation) []arch.Field {
	if op.REST != nil {
		return renumber(op.REST.InPath, numAddress)
	}
	switch op.Verb {
	case "get", "update", "delete", "transition", "stream-out":
	default:
		return nil
	}
	s := p.schemas[op.Entity]
	if s == nil || len(s.Fields) == 0 {
		return nil
	}
	id := s.Fields[0]
	id.Name, id.Required = fact.Camel(string(s.ID)+"_"+id.Name), true
	return renumber([]arch.Field{id}, numAddress)
}

func renumber(fields []arch.Field, from int) []arch.Field {
	out := slices.Clone(fields)
	for i := range out {
		out[i].Number = from + i
	}
	return out
}

func filters(list []arch.Filter) string {
	parts := make([]string, len(list))
	for i, f := range list {
		parts[i] = fmt.Sprintf("%s (%s)", fact.Snake(f.Field), strings.Join(f.Operators, ", "))
	}
	return strings.Join(parts, ", ")
}

func snakes(list []string) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = fact.Snake(s)
	}
	return strings.Join(parts, ", ")
}

// response prints the message a method returns.
func (p *printer) response(op *arch.Operation) {
	var fields []arch.Field
	s := p.schemas[op.Result]
	switch {
	case s == nil:
	case op.Paging != nil:
		fields = append(fields,
			arch.Field{Name: fact.Camel(fact.Plural(string(s.ID))), Number: 1, Type: arch.Type{Schema: s.ID, List: true}, About: s.About},
			arch.Field{Name: "nextPageToken", Number: 2, Type: arch.Type{Scalar: arch.ScalarText}, About: "Continues the list; empty on the last page."})
	default:
		fields = append(fields, arch.Field{Name: fact.Camel(string(s.ID)), Number: 1, Type: arch.Type{Schema: s.ID}, Required: true, About: s.About})
		if s.Role == "entity" && op.Stream == "" {
			fields = append(fields, arch.Field{Name: "version", Number: 2, Type: arch.Type{Scalar: arch.ScalarText}, About: fmt.Sprintf("The version of the %s that was read.", fact.Phrase(string(s.ID)))})
		}
	}
	what := fmt.Sprintf("What %s answers.", op.RPC.Method)
	if len(fields) == 0 {
		what = fmt.Sprintf("%s has nothing to say beyond its success.", op.RPC.Method)
	}
	p.message(op.RPC.Method+"Response", what, fields, nil)
}

// numbered gives fields that the lock has not numbered the next free numbers.
func numbered(fields []arch.Field) []arch.Field {
	out := slices.Clone(fields)
	used := map[int]bool{}
	for _, f := range out {
		used[f.Number] = true
	}
	next := 1
	for i := range out {
		if out[i].Number != 0 {
			continue
		}
		for used[next] {
			next++
		}
		out[i].Number = next
		used[next] = true
	}
	return out
}

// schema prints a message or an enum of the graph.
func (p *printer) schema(s *arch.Schema) {
	switch s.Kind {
	case "enum":
		p.enum(s)
	default:
		p.message(string(s.ID), s.About, numbered(s.Fields), s)
	}
}

// message prints a message; of is the schema it was made from, for what is retired
// and for unions.
func (p *printer) message(name, what string, fields []arch.Field, of *arch.Schema) {
	p.b.WriteString("\n")
	comment(&p.b, "", what)
	union := of != nil && of.Kind == "union"
	if union {
		fields = numbered(of.Fields)
	}
	if len(fields) == 0 && (of == nil || len(of.Retired) == 0) {
		fmt.Fprintf(&p.b, "message %s {}\n", name)
		return
	}
	fmt.Fprintf(&p.b, "message %s {\n", name)
	first := p.reserved(of)
	indent := "  "
	if union {
		p.gap(&first)
		comment(&p.b, indent, "Exactly one of these is set.")
		p.b.WriteString(indent + "oneof kind {\n")
		indent, first = "    ", true
	}
	for _, f := range fields {
		p.gap(&first)
		note := f.About
		if f.Type.List && f.Type.MaxItems != nil {
			note += fmt.Sprintf(" At most %d.", *f.Type.MaxItems)
		}
		comment(&p.b, indent, note+bounds(f.Type))
		label := ""
		switch {
		case f.Type.List:
			label = "repeated "
		case !f.Required && f.Type.Schema == "" && !union && explicit(f.Type):
			label = "optional "
		}
		fmt.Fprintf(&p.b, "%s%s%s %s = %d;\n", indent, label, p.typeName(f.Type), fact.Snake(f.Name), f.Number)
	}
	if union {
		p.b.WriteString("  }\n")
	}
	p.b.WriteString("}\n")
}

// explicit types have a presence of their own only when they are marked optional;
// messages always have one.
func explicit(t arch.Type) bool {
	switch t.Scalar {
	case arch.ScalarMoney, arch.ScalarInstant, arch.ScalarDuration, arch.ScalarPosition, arch.ScalarAny:
		return false
	}
	return true
}

// gap puts an empty line between fields.
func (p *printer) gap(first *bool) {
	if !*first {
		p.b.WriteString("\n")
	}
	*first = false
}

// reserved keeps numbers and names of what is gone from being used again.
func (p *printer) reserved(s *arch.Schema) (first bool) {
	if s == nil || len(s.Retired) == 0 {
		return true
	}
	nums, names := make([]string, len(s.Retired)), make([]string, len(s.Retired))
	for i, r := range s.Retired {
		nums[i] = fmt.Sprint(r.Number)
		names[i] = fmt.Sprintf("%q", retiredName(s, r.Name))
	}
	fmt.Fprintf(&p.b, "  reserved %s;\n  reserved %s;\n", strings.Join(nums, ", "), strings.Join(names, ", "))
	return false
}

func retiredName(s *arch.Schema, name string) string {
	if s.Kind == "enum" {
		return enumWord(s, name)
	}
	return fact.Snake(name)
}

func enumWord(s *arch.Schema, word string) string {
	return strings.ToUpper(fact.Snake(string(s.ID)) + "_" + fact.Snake(word))
}

func (p *printer) enum(s *arch.Schema) {
	p.b.WriteString("\n")
	comment(&p.b, "", s.About)
	fmt.Fprintf(&p.b, "enum %s {\n", s.ID)
	first := p.reserved(s)
	p.gap(&first)
	comment(&p.b, "  ", fmt.Sprintf("Not said, or a word newer than this contract: a %s nobody has named.", fact.Phrase(string(s.ID))))
	fmt.Fprintf(&p.b, "  %s = 0;\n", enumWord(s, "unspecified"))
	for i, w := range s.Words {
		number := i + 1
		if i < len(s.Numbers) && s.Numbers[i] > 0 {
			number = s.Numbers[i]
		}
		what := fmt.Sprintf("The %s is %s.", fact.Phrase(string(s.ID)), fact.Phrase(w))
		if i < len(s.Meanings) {
			what = s.Meanings[i]
		}
		p.b.WriteString("\n")
		comment(&p.b, "  ", what)
		fmt.Fprintf(&p.b, "  %s = %d;\n", enumWord(s, w), number)
	}
	p.b.WriteString("}\n")
}

// typeName of a field; a schema referred to is printed, too.
func (p *printer) typeName(t arch.Type) string {
	if t.Schema != "" {
		if !p.seen[t.Schema] && p.schemas[t.Schema] != nil {
			p.seen[t.Schema] = true
			p.needs = append(p.needs, t.Schema)
		}
		return string(t.Schema)
	}
	switch t.Scalar {
	case arch.ScalarInt:
		return "int64"
	case arch.ScalarFlag:
		return "bool"
	case arch.ScalarBytes:
		return "bytes"
	case arch.ScalarMoney:
		p.money = true
		return "Money"
	case arch.ScalarPosition:
		p.place = true
		return "Position"
	case arch.ScalarInstant:
		p.imports["google/protobuf/timestamp.proto"] = true
		return "google.protobuf.Timestamp"
	case arch.ScalarDuration:
		p.imports["google/protobuf/duration.proto"] = true
		return "google.protobuf.Duration"
	case arch.ScalarAny:
		p.imports["google/protobuf/struct.proto"] = true
		return "google.protobuf.Value"
	default:
		return "string"
	}
}

// common prints the messages that stand for scalars.
func (p *printer) common() {
	text := func(name string, n int, about string) arch.Field {
		return arch.Field{Name: name, Number: n, Required: true, Type: arch.Type{Scalar: arch.ScalarText}, About: about}
	}
	if p.money && !p.seen["Money"] {
		p.message("Money", fmt.Sprintf("An amount of money in %s.", p.pkg), []arch.Field{
			text("amount", 1, "The amount as a decimal number, such as 24.50, so that no digit is lost."),
			text("currency", 2, "The currency, by its three letters of ISO 4217."),
		}, nil)
	}
	if p.place && !p.seen["Position"] {
		p.b.WriteString("\n")
		comment(&p.b, "", fmt.Sprintf("A place on the earth (WGS 84) in %s.", p.pkg))
		p.b.WriteString("message Position {\n  // Degrees north of the equator, -90 to 90.\n  double latitude = 1;\n\n  // Degrees east of Greenwich, -180 to 180.\n  double longitude = 2;\n}\n")
	}
}

// bounds says in a comment what the type cannot.
func bounds(t arch.Type) string {
	var out []string
	if t.Min != nil {
		out = append(out, "at least "+fact.FormatNumber(*t.Min, 12))
	}
	if t.Max != nil {
		out = append(out, "at most "+fact.FormatNumber(*t.Max, 12))
	}
	if t.MaxLength != nil {
		out = append(out, fmt.Sprintf("at most %d characters", *t.MaxLength))
	}
	switch t.Scalar {
	case arch.ScalarDate:
		out = append(out, "a date as YYYY-MM-DD")
	case arch.ScalarTime:
		out = append(out, "a time of day as HH:MM:SS")
	case arch.ScalarDecimal:
		out = append(out, "a decimal number in text, so that no digit is lost")
	}
	if len(out) == 0 {
		return ""
	}
	s := strings.Join(out, ", ")
	return " " + strings.ToUpper(s[:1]) + s[1:] + "."
}

// comment writes a text as line comments of at most 100 columns.
func comment(b *strings.Builder, indent, text string) {
	line := indent + "//"
	for _, w := range strings.Fields(text) {
		if len(line)+1+len(w) > 100 && line != indent+"//" {
			b.WriteString(line + "\n")
			line = indent + "//"
		}
		line += " " + w
	}
	b.WriteString(line + "\n")
}
