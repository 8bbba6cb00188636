// Package graphql prints the graph that clients of many shapes read.
//
// One file per interface of style graphql, as a tree of gqlparser's types printed by
// its formatter and read back by its parser. Lists are Relay connections, mutations
// take one input and answer with a payload that carries the user's errors as data,
// entities are Nodes. References between entities become fields; each says which
// loader resolves it, in one query for a whole level of the answer, so that no N+1
// can arise.
package graphql

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/fact"
)

// Files prints every graph of the system.
func Files(a *arch.Arch) ([]emit.File, error) {
	var files []emit.File
	for i := range a.APIs {
		api := &a.APIs[i]
		if api.Style != "graphql" {
			continue
		}
		p := newPrinter(a, api)
		var out bytes.Buffer
		formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchemaDocument(p.document())
		if _, err := gqlparser.LoadSchema(&ast.Source{Name: api.File, Input: out.String()}); err != nil {
			return nil, fmt.Errorf("%s is no schema, which is a fault of plumb: %w", api.File, err)
		}
		files = append(files, emit.File{Path: api.File, Data: out.Bytes()})
	}
	return files, nil
}

// printer collects the definitions of one graph.
type printer struct {
	a       *arch.Arch
	api     *arch.API
	schemas map[arch.SchemaID]*arch.Schema
	defs    ast.DefinitionList
	made    map[string]bool
	scalars map[string]bool
	codes   map[string]bool // error codes that mutations can answer with
}

func newPrinter(a *arch.Arch, api *arch.API) *printer {
	p := &printer{a: a, api: api, schemas: map[arch.SchemaID]*arch.Schema{}, made: map[string]bool{}, scalars: map[string]bool{}, codes: map[string]bool{}}
	for i := range a.Schemas {
		p.schemas[a.Schemas[i].ID] = &a.Schemas[i]
	}
	return p
}

// document prints roots first, then what they use, in the order of first use.
func (p *printer) document() *ast.SchemaDocument {
	roots := map[string]*ast.Definition{}
	for _, name := range []string{"Query", "Mutation", "Subscription"} {
		roots[name] = &ast.Definition{Kind: ast.Object, Name: name, Description: map[string]string{
			"Query":        p.api.About,
			"Mutation":     "What " + actors(p.api.Audience) + " can change.",
			"Subscription": "What " + actors(p.api.Audience) + " can follow live.",
		}[name]}
	}
	roots["Query"].Fields = append(roots["Query"].Fields, &ast.FieldDefinition{
		Name: "node", Description: "Any " + p.nodeNames() + " by its id; null when there is none or it belongs to somebody else.",
		Type:      ast.NamedType("Node", nil),
		Arguments: ast.ArgumentDefinitionList{{Name: "id", Description: "The id as any field id gave it.", Type: ast.NonNullNamedType("ID", nil)}},
	})
	for _, id := range p.api.Operations {
		for i := range p.a.Operations {
			op := &p.a.Operations[i]
			if op.ID == id && op.Graph != nil {
				root := roots[op.Graph.Root]
				root.Fields = append(root.Fields, p.rootField(op))
			}
		}
	}
	p.node()
	p.userError()
	doc := &ast.SchemaDocument{}
	for _, name := range []string{"Query", "Mutation", "Subscription"} {
		if len(roots[name].Fields) > 0 {
			doc.Definitions = append(doc.Definitions, roots[name])
		}
	}
	doc.Definitions = append(doc.Definitions, p.defs...)
	for _, s := range scalarTable {
		if p.scalars[s.name] {
			doc.Definitions = append(doc.Definitions, scalar(s.name, s.about, s.url))
		}
	}
	return doc
}

func actors(list []arch.ActorID) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = fact.Phrase(string(a))
	}
	if len(names) == 0 {
		return "a client"
	}
	return strings.Join(names, ", ")
}

// scalarTable are the scalars beyond GraphQL's own, with the document that defines
// how each is written.
var scalarTable = []struct {
	name, about, url string
	of               arch.Scalar
}{
	{"DateTime", "A moment in UTC, as RFC 3339 writes it.", "https://www.rfc-editor.org/rfc/rfc3339", arch.ScalarInstant},
	{"Date", "A day, as RFC 3339 writes a full-date.", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6", arch.ScalarDate},
	{"Time", "A time of day, as RFC 3339 writes a partial-time.", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6", arch.ScalarTime},
	{"Duration", "A length of time, as ISO 8601 writes it.", "https://www.rfc-editor.org/rfc/rfc3339#appendix-A", arch.ScalarDuration},
	{"Decimal", "A decimal number in text, so that no digit is lost.", "https://www.w3.org/TR/xmlschema-2/#decimal", arch.ScalarDecimal},
	{"Long", "A whole number of up to 53 bits, which JSON keeps exactly.", "https://www.rfc-editor.org/rfc/rfc8259#section-6", arch.ScalarInt},
	{"EmailAddress", "An address for electronic mail.", "https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1", arch.ScalarEmail},
	{"PhoneNumber", "A telephone number, as E.164 writes it.", "https://www.itu.int/rec/T-REC-E.164", arch.ScalarPhone},
	{"URL", "A uniform resource locator.", "https://www.rfc-editor.org/rfc/rfc3986", arch.ScalarURL},
	{"CountryCode", "A country by its two letters of ISO 3166-1.", "https://www.iso.org/iso-3166-country-codes.html", arch.ScalarCountry},
	{"LanguageTag", "A language by its tag of BCP 47.", "https://www.rfc-editor.org/rfc/rfc5646", arch.ScalarLanguage},
	{"Base64", "Bytes in base64url.", "https://www.rfc-editor.org/rfc/rfc4648#section-5", arch.ScalarBytes},
	{"JSON", "Any JSON value.", "https://www.rfc-editor.org/rfc/rfc8259", arch.ScalarAny},
}

func scalar(name, about, url string) *ast.Definition {
	return &ast.Definition{Kind: ast.Scalar, Name: name, Description: about, Directives: ast.DirectiveList{{
		Name: "specifiedBy", Arguments: ast.ArgumentList{{Name: "url", Value: &ast.Value{Kind: ast.StringValue, Raw: url}}},
	}}}
}

func (p *printer) add(d *ast.Definition) { p.defs = append(p.defs, d) }

// first reports whether a definition is met for the first time.
func (p *printer) first(name string) bool {
	if p.made[name] {
		return false
	}
	p.made[name] = true
	return true
}

// rootField is one operation as a field of a root type.
func (p *printer) rootField(op *arch.Operation) *ast.FieldDefinition {
	f := &ast.FieldDefinition{Name: op.Graph.Field, Description: p.about(op)}
	if op.Deprecated != "" {
		f.Directives = ast.DirectiveList{{Name: "deprecated", Arguments: ast.ArgumentList{{Name: "reason", Value: &ast.Value{Kind: ast.StringValue, Raw: op.Deprecated}}}}}
	}
	if op.Graph.Root == "Mutation" {
		p.mutation(op, f)
		return f
	}
	for _, x := range p.inputs(op) {
		f.Arguments = append(f.Arguments, &ast.ArgumentDefinition{Name: x.Name, Description: x.About, Type: p.inputType(x)})
	}
	switch {
	case op.Paging != nil:
		p.connection(op, f)
	case op.Result == "":
		f.Type = ast.NonNullNamedType("Boolean", nil)
	default:
		f.Type = ast.NamedType(p.output(op.Result), nil)
		if op.Stream == "out" {
			f.Type = ast.NonNullNamedType(p.output(op.Result), nil)
		}
	}
	return f
}

func (p *printer) about(op *arch.Operation) string {
	s := op.About
	if op.Auth.Scope != "" {
		s += fmt.Sprintf(" Needs the scope %s.", op.Auth.Scope)
	}
	if op.Graph.Root == "Query" && len(op.Errors) > 0 {
		s += " Error codes, under extensions.code: " + strings.Join(op.Errors, ", ") + "."
	}
	return s
}

// inputs are what addresses the instance and what the query takes, each once.
func (p *printer) inputs(op *arch.Operation) []arch.Field {
	var out []arch.Field
	add := func(f arch.Field) {
		if !slices.ContainsFunc(out, func(x arch.Field) bool { return x.Name == f.Name }) {
			out = append(out, f)
		}
	}
	if op.REST != nil {
		for _, f := range op.REST.InPath {
			add(f)
		}
	} else if s := p.schemas[op.Entity]; s != nil && len(s.Fields) > 0 && slices.Contains([]string{"get", "update", "delete", "transition", "stream-out"}, op.Verb) {
		id := s.Fields[0]
		id.Name, id.Required = fact.Camel(string(s.ID)+"_"+id.Name), true
		add(id)
	}
	for _, f := range op.Input {
		add(f)
	}
	return out
}

// connection gives a list its arguments and its types.
func (p *printer) connection(op *arch.Operation, f *ast.FieldDefinition) {
	node := p.output(op.Result)
	plural := fact.Phrase(fact.Plural(node))
	arg := func(name, about string, t *ast.Type) {
		f.Arguments = append(f.Arguments, &ast.ArgumentDefinition{Name: name, Description: about, Type: t})
	}
	arg("first", fmt.Sprintf("How many %s from the start, at most %d; %d when neither first nor last is given.", plural, op.Paging.Max, op.Paging.Default), ast.NamedType("Int", nil))
	arg("after", fmt.Sprintf("Only %s after this cursor.", plural), ast.NamedType("String", nil))
	arg("last", fmt.Sprintf("How many %s from the end, at most %d.", plural, op.Paging.Max), ast.NamedType("Int", nil))
	arg("before", fmt.Sprintf("Only %s before this cursor.", plural), ast.NamedType("String", nil))
	if len(op.Paging.Filter) > 0 {
		arg("filter", fmt.Sprintf("Which %s; conditions add up.", plural), ast.NamedType(p.filter(op), nil))
	}
	if len(op.Paging.Sort) > 0 {
		arg("orderBy", fmt.Sprintf("The order of the %s.", plural), ast.NamedType(p.order(op), nil))
	}
	f.Type = ast.NonNullNamedType(node+"Connection", nil)
	if !p.first(node + "Connection") {
		return
	}
	p.add(&ast.Definition{Kind: ast.Object, Name: node + "Connection", Description: fmt.Sprintf("A page of %s.", plural), Fields: ast.FieldList{
		{Name: "edges", Description: fmt.Sprintf("The %s of this page with their cursors.", plural), Type: ast.NonNullListType(ast.NonNullNamedType(node+"Edge", nil), nil)},
		{Name: "pageInfo", Description: fmt.Sprintf("Whether there are more %s.", plural), Type: ast.NonNullNamedType("PageInfo", nil)},
	}})
	p.add(&ast.Definition{Kind: ast.Object, Name: node + "Edge", Description: fmt.Sprintf("One of the %s with its place in the list.", plural), Fields: ast.FieldList{
		{Name: "node", Description: fmt.Sprintf("The %s itself.", fact.Phrase(node)), Type: ast.NonNullNamedType(node, nil)},
		{Name: "cursor", Description: fmt.Sprintf("Where this %s stands, for after and before.", fact.Phrase(node)), Type: ast.NonNullNamedType("String", nil)},
	}})
	if p.first("PageInfo") {
		p.add(&ast.Definition{Kind: ast.Object, Name: "PageInfo", Description: "Where a page stands in its list.", Fields: ast.FieldList{
			{Name: "hasNextPage", Description: "Whether more follow.", Type: ast.NonNullNamedType("Boolean", nil)},
			{Name: "hasPreviousPage", Description: "Whether more come before.", Type: ast.NonNullNamedType("Boolean", nil)},
			{Name: "startCursor", Description: "The cursor of the first of the page.", Type: ast.NamedType("String", nil)},
			{Name: "endCursor", Description: "The cursor of the last of the page.", Type: ast.NamedType("String", nil)},
		}})
	}
}

// filter is the input of a list's conditions: a field per field and operator.
func (p *printer) filter(op *arch.Operation) string {
	name := fact.Pascal(string(op.ID)) + "Filter"
	if !p.first(name) {
		return name
	}
	d := &ast.Definition{Kind: ast.InputObject, Name: name, Description: fmt.Sprintf("Conditions of %s; an index serves each.", op.Graph.Field)}
	for _, f := range op.Paging.Filter {
		for _, o := range f.Operators {
			x := arch.Field{Type: f.Type}
			x.Type.List = o == "in"
			suffix := ""
			if o != "eq" {
				suffix = fact.Pascal(o)
			}
			d.Fields = append(d.Fields, &ast.FieldDefinition{Name: f.Field + suffix, Description: operatorAbout(f.Field, o), Type: p.inputType(x)})
		}
	}
	p.add(d)
	return name
}

func operatorAbout(field, operator string) string {
	name := fact.Phrase(field)
	switch operator {
	case "in":
		return fmt.Sprintf("The %s is one of these.", name)
	case "from":
		return fmt.Sprintf("The %s is this or later (or more).", name)
	case "to":
		return fmt.Sprintf("The %s is before this (or less).", name)
	case "prefix":
		return fmt.Sprintf("The %s begins with this.", name)
	case "near":
		return fmt.Sprintf("The %s lies near this.", name)
	}
	return fmt.Sprintf("The %s is this.", name)
}

// order is the enumeration of a list's orders.
func (p *printer) order(op *arch.Operation) string {
	name := fact.Pascal(string(op.ID)) + "Order"
	if !p.first(name) {
		return name
	}
	d := &ast.Definition{Kind: ast.Enum, Name: name, Description: fmt.Sprintf("The orders of %s.", op.Graph.Field)}
	for _, s := range op.Paging.Sort {
		upper := strings.ToUpper(fact.Snake(s))
		d.EnumValues = append(d.EnumValues,
			&ast.EnumValueDefinition{Name: upper + "_ASC", Description: fmt.Sprintf("By %s, lowest or earliest first.", fact.Phrase(s))},
			&ast.EnumValueDefinition{Name: upper + "_DESC", Description: fmt.Sprintf("By %s, highest or latest first.", fact.Phrase(s))})
	}
	p.add(d)
	return name
}

// mutation takes one input and answers with a payload.
func (p *printer) mutation(op *arch.Operation, f *ast.FieldDefinition) {
	name := fact.Pascal(op.Graph.Field)
	for _, c := range op.Errors {
		p.codes[c] = true
	}
	in := &ast.Definition{Kind: ast.InputObject, Name: name + "Input", Description: fmt.Sprintf("What %s needs.", op.Graph.Field)}
	seen := map[string]bool{}
	field := func(x arch.Field) {
		if !seen[x.Name] {
			seen[x.Name] = true
			in.Fields = append(in.Fields, &ast.FieldDefinition{Name: x.Name, Description: x.About, Type: p.inputType(x)})
		}
	}
	for _, x := range p.inputs(op) {
		field(x)
	}
	if s := p.schemas[op.Body]; s != nil {
		for _, x := range s.Fields {
			field(x)
		}
	}
	text := arch.Type{Scalar: arch.ScalarText}
	if op.Idempotency != nil {
		field(arch.Field{Name: "idempotencyKey", Required: true, Type: text, About: fmt.Sprintf("Chosen by the client; the same key again within %s gets the first answer.", op.Idempotency.Retention)})
	}
	if op.Concurrency != "" {
		field(arch.Field{Name: "version", Required: true, Type: text, About: "The version the change starts from; refused when somebody else changed it since."})
	}
	field(arch.Field{Name: "clientMutationId", Type: text, About: fmt.Sprintf("Comes back in the payload of %s.", op.Graph.Field)})
	p.add(in)

	out := &ast.Definition{Kind: ast.Object, Name: name + "Payload", Description: fmt.Sprintf("What %s answers.", op.Graph.Field)}
	if op.Result != "" {
		t := p.output(op.Result)
		out.Fields = append(out.Fields, &ast.FieldDefinition{Name: fact.Camel(t), Description: fmt.Sprintf("The %s after it; null when there are user errors.", fact.Phrase(t)), Type: ast.NamedType(t, nil)})
	}
	out.Fields = append(out.Fields,
		&ast.FieldDefinition{Name: "userErrors", Description: fmt.Sprintf("Why %s was refused; empty when it was done.", op.Graph.Field), Type: ast.NonNullListType(ast.NonNullNamedType("UserError", nil), nil)},
		&ast.FieldDefinition{Name: "clientMutationId", Description: "As the input had it.", Type: ast.NamedType("String", nil)})
	p.add(out)
	f.Arguments = ast.ArgumentDefinitionList{{Name: "input", Description: fmt.Sprintf("What %s needs.", op.Graph.Field), Type: ast.NonNullNamedType(name+"Input", nil)}}
	f.Type = ast.NamedType(name+"Payload", nil)
}

// userError is the type of the errors that mutations answer with.
func (p *printer) userError() {
	if len(p.codes) == 0 {
		return
	}
	p.add(&ast.Definition{Kind: ast.Object, Name: "UserError", Description: "One reason why a mutation was refused.", Fields: ast.FieldList{
		{Name: "code", Description: "The reason, stable over versions.", Type: ast.NonNullNamedType("ErrorCode", nil)},
		{Name: "message", Description: "The reason for a person, in English.", Type: ast.NonNullNamedType("String", nil)},
		{Name: "path", Description: "Where in the input it lies; null when it is about the whole.", Type: ast.ListType(ast.NonNullNamedType("String", nil), nil)},
	}})
	codes := &ast.Definition{Kind: ast.Enum, Name: "ErrorCode", Description: fmt.Sprintf("The reasons for which mutations of %s are refused.", p.a.System.Name)}
	for _, e := range p.a.Errors {
		if p.codes[e.Code] {
			codes.EnumValues = append(codes.EnumValues, &ast.EnumValueDefinition{Name: strings.ToUpper(fact.Snake(e.Code)), Description: e.About})
		}
	}
	p.add(codes)
}

// node is the interface of everything with an identity.
func (p *printer) node() {
	p.add(&ast.Definition{Kind: ast.Interface, Name: "Node", Description: "Something with an identity: " + p.nodeNames() + ".", Fields: ast.FieldList{
		{Name: "id", Description: "Unique over all kinds.", Type: ast.NonNullNamedType("ID", nil)},
	}})
}

// nodeNames lists the entities that the graph's operations are about.
func (p *printer) nodeNames() string {
	var names []string
	for _, id := range p.api.Operations {
		for i := range p.a.Operations {
			op := &p.a.Operations[i]
			if op.ID == id && op.Entity != "" && !slices.Contains(names, fact.Phrase(string(op.Entity))) {
				names = append(names, fact.Phrase(string(op.Entity)))
			}
		}
	}
	if len(names) == 0 {
		return "a thing"
	}
	return strings.Join(names, ", ")
}

// output defines the type of a schema as it is read, and returns its name.
func (p *printer) output(id arch.SchemaID) string {
	name := string(id)
	s := p.schemas[id]
	if s == nil || !p.first(name) {
		return name
	}
	if s.Kind == "enum" {
		p.enum(s)
		return name
	}
	d := &ast.Definition{Kind: ast.Object, Name: name, Description: s.About}
	p.add(d) // before what it refers to
	if s.Role == "entity" {
		d.Interfaces = []string{"Node"}
		d.Fields = append(d.Fields, &ast.FieldDefinition{Name: "id", Description: fmt.Sprintf("Identifies the %s over all kinds.", fact.Phrase(name)), Type: ast.NonNullNamedType("ID", nil)})
	}
	for _, f := range s.Fields {
		if s.Role == "entity" && f.Name == "id" {
			continue
		}
		d.Fields = append(d.Fields, p.outputField(s, f))
	}
	return name
}

// outputField is a field as it is read; a reference becomes the thing it refers to.
func (p *printer) outputField(of *arch.Schema, f arch.Field) *ast.FieldDefinition {
	if f.Type.Ref != "" && p.schemas[f.Type.Ref] != nil && p.schemas[f.Type.Ref].Role == "entity" && f.Type.Ref != of.ID {
		target := p.output(f.Type.Ref)
		t := ast.NamedType(target, nil)
		if f.Type.List {
			t = ast.NonNullListType(ast.NonNullNamedType(target, nil), nil)
		}
		return &ast.FieldDefinition{Name: f.Name, Type: t, Description: fmt.Sprintf("%s Resolved by %sLoader, in one query for all that one level of the answer asks for.", strings.Replace(f.About, ", by id.", ".", 1), fact.Camel(target))}
	}
	return &ast.FieldDefinition{Name: f.Name, Description: f.About, Type: wrap(f, p.named(f.Type, false), f.Required && !f.Nullable)}
}

// wrap makes a list and non-null of a named type.
func wrap(f arch.Field, name string, required bool) *ast.Type {
	t := ast.NamedType(name, nil)
	if f.Type.List {
		t = ast.ListType(ast.NonNullNamedType(name, nil), nil)
	}
	t.NonNull = required
	return t
}

func (p *printer) inputType(f arch.Field) *ast.Type {
	return wrap(f, p.named(f.Type, true), f.Required && f.Default == "")
}

// named is the name of a type, defined on first use; input tells which side.
func (p *printer) named(t arch.Type, input bool) string {
	if t.Schema != "" {
		s := p.schemas[t.Schema]
		if s != nil && s.Kind != "enum" && input {
			return p.inputObject(s)
		}
		return p.output(t.Schema)
	}
	switch t.Scalar {
	case arch.ScalarID, arch.ScalarFile:
		return "ID"
	case arch.ScalarFlag:
		return "Boolean"
	case arch.ScalarMoney:
		return p.pair("Money", "An amount of money.", input, "amount", "The amount as a decimal number, such as 24.50.", "Decimal", "currency", "The currency, by its three letters of ISO 4217.", "String")
	case arch.ScalarPosition:
		return p.pair("Position", "A place on the earth (WGS 84).", input, "latitude", "Degrees north of the equator.", "Float", "longitude", "Degrees east of Greenwich.", "Float")
	}
	for _, s := range scalarTable {
		if s.of == t.Scalar {
			if t.Scalar == arch.ScalarInt && small(t) {
				return "Int"
			}
			p.scalars[s.name] = true
			return s.name
		}
	}
	return "String"
}

// small integers fit GraphQL's own 32 bits.
func small(t arch.Type) bool {
	return t.Max != nil && *t.Max <= 1<<31-1 && (t.Min == nil || *t.Min >= -1<<31)
}

// pair defines a value of two fields, such as money.
func (p *printer) pair(name, about string, input bool, one, oneAbout, oneType, two, twoAbout, twoType string) string {
	kind := ast.Object
	if input {
		kind, name = ast.InputObject, name+"Input"
	}
	if oneType == "Decimal" {
		p.scalars["Decimal"] = true
	}
	if p.first(name) {
		p.add(&ast.Definition{Kind: kind, Name: name, Description: about, Fields: ast.FieldList{
			{Name: one, Description: oneAbout, Type: ast.NonNullNamedType(oneType, nil)},
			{Name: two, Description: twoAbout, Type: ast.NonNullNamedType(twoType, nil)},
		}})
	}
	return name
}

func (p *printer) inputObject(s *arch.Schema) string {
	name := string(s.ID) + "Input"
	if !p.first(name) {
		return name
	}
	d := &ast.Definition{Kind: ast.InputObject, Name: name, Description: s.About}
	p.add(d)
	for _, f := range s.Fields {
		if !f.ReadOnly {
			d.Fields = append(d.Fields, &ast.FieldDefinition{Name: f.Name, Description: f.About, Type: p.inputType(f)})
		}
	}
	return name
}

func (p *printer) enum(s *arch.Schema) {
	d := &ast.Definition{Kind: ast.Enum, Name: string(s.ID), Description: s.About}
	for i, w := range s.Words {
		v := &ast.EnumValueDefinition{Name: strings.ToUpper(fact.Snake(w))}
		if i < len(s.Meanings) {
			v.Description = s.Meanings[i]
		}
		d.EnumValues = append(d.EnumValues, v)
	}
	p.add(d)
}
