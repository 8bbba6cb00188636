package model

import (
	"fmt"
	"regexp"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/types"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// Conditions are CEL (the Common Expression Language, cel.dev) over the fields of
// an aggregate, or sentences. What reads like CEL must be right as CEL: compiled
// against the fields and yielding yes or no.

// scope is what the names in a condition mean.
type scope struct {
	owner string
	names map[string]*cel.Type
}

// celEnv knows the value objects and aggregates as CEL types.
type celEnv struct {
	provider *valueProvider
}

// valueProvider adds the structures of the input to CEL's own types.
type valueProvider struct {
	types.Provider
	fields map[string]map[string]*cel.Type
}

func (p *valueProvider) FindStructType(name string) (*types.Type, bool) {
	if p.fields[name] != nil {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

func (p *valueProvider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if fields := p.fields[name]; fields != nil {
		t := fields[field]
		return &types.FieldType{Type: t}, t != nil
	}
	return p.Provider.FindStructFieldType(name, field)
}

// types returns the provider, built at the first condition that needs it: most
// inputs have few.
func (b *binder) structures() *valueProvider {
	if b.cel.provider != nil {
		return b.cel.provider
	}
	p := &valueProvider{Provider: types.NewEmptyRegistry(), fields: map[string]map[string]*cel.Type{}}
	p.fields["money"] = map[string]*cel.Type{"amount": cel.DoubleType, "currency": cel.StringType}
	p.fields["position"] = map[string]*cel.Type{"latitude": cel.DoubleType, "longitude": cel.DoubleType}
	for _, v := range b.out.skeleton.Types {
		p.fields["value."+v.Name] = celFields(nil, v.Fields)
	}
	for _, a := range b.out.skeleton.Aggregates {
		p.fields["aggregate."+a.Name] = celFields(a, a.Fields)
	}
	b.cel.provider = p
	return p
}

// celFields are the fields of a structure; of an aggregate its id and state too.
func celFields(a *Aggregate, fields []*Field) map[string]*cel.Type {
	out := map[string]*cel.Type{}
	if a != nil {
		out[a.ID.Name] = cel.StringType
		if a.States != nil {
			out["state"], out["status"] = cel.StringType, cel.StringType
		}
	}
	for _, f := range fields {
		out[f.Name] = celType(f)
	}
	return out
}

var celKinds = map[FieldKind]*cel.Type{
	KindInt: cel.IntType, KindDecimal: cel.DoubleType, KindFlag: cel.BoolType, KindBytes: cel.BytesType,
	KindDate: cel.TimestampType, KindInstant: cel.TimestampType, KindTime: cel.DurationType, KindDuration: cel.DurationType,
	KindMoney: cel.ObjectType("money"), KindPosition: cel.ObjectType("position"),
}

func celType(f *Field) *cel.Type {
	t := celKinds[f.Kind]
	switch {
	case f.Kind == KindValue:
		t = cel.ObjectType("value." + f.Value.Name)
	case t == nil:
		t = cel.StringType
	}
	switch {
	case f.List:
		return cel.ListType(t)
	case f.Optional && t != cel.TimestampType && t != cel.DurationType && t.Kind() != cel.StructKind:
		return cel.NullableType(t)
	}
	return t
}

func aggregateScope(a *Aggregate) scope {
	return scope{owner: a.Name, names: celFields(a, a.Fields)}
}

// ruleScope lets a rule speak of one instance of each aggregate by its name.
func ruleScope(r *Rule) scope {
	s := scope{owner: r.Name, names: map[string]*cel.Type{}}
	for _, a := range r.Over {
		s.names[a.Name] = cel.ObjectType("aggregate." + a.Name)
	}
	return s
}

// likeCEL finds what sentences do not contain: comparisons, logic, a call.
var likeCEL = regexp.MustCompile(`==|!=|[<>]|&&|\|\||[A-Za-z_]\(|^!?[A-Za-z_][A-Za-z0-9_.]*$| in \[`)

// condition reads an invariant.
func (b *binder) condition(n *spec.Node, at string, s scope) Condition {
	c := Condition{Text: text(n), Path: fact.ID(at), Span: spanOf(n)}
	if c.Text == "" || !likeCEL.MatchString(c.Text) {
		return c
	}
	opts := []cel.EnvOption{cel.CrossTypeNumericComparisons(true), cel.CustomTypeProvider(b.structures())}
	for name, t := range s.names {
		opts = append(opts, cel.Variable(name, t))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil {
		// A field named like a word of CEL (in, true) cannot be spoken of.
		b.badCondition(c, s, err.Error(), n.Span)
		return c
	}
	ast, issues := env.Compile(c.Text)
	switch {
	case issues.Err() != nil:
		first := issues.Errors()[0]
		b.badCondition(c, s, celMessage(first), celSpan(n, first))
	case !ast.OutputType().IsExactType(cel.BoolType) && !ast.OutputType().IsAssignableType(cel.BoolType):
		b.badCondition(c, s, fmt.Sprintf("it yields %s where yes or no is asked for", ast.OutputType()), n.Span)
	default:
		c.CEL = true
	}
	return c
}

func (b *binder) badCondition(c Condition, s scope, why string, span diag.Span) {
	b.add(diag.Problem{
		Code: "model.bad-condition", Severity: diag.Error, Span: span, Path: string(c.Path),
		Message: fmt.Sprintf("the condition on %s reads like CEL but is not right: %s", s.owner, why),
		Hint:    "repair the expression, or say it in a sentence without operators",
	})
}

// celMessage takes the container and the quoting habit out of a message of CEL.
func celMessage(e *common.Error) string {
	m := strings.ReplaceAll(e.Message, " (in container '')", "")
	m, _, _ = strings.Cut(m, "\n")
	return strings.TrimPrefix(m, "Syntax error: ")
}

// celSpan is the place in the file of an issue CEL found. CEL counts lines from 1
// and columns from 0.
func celSpan(n *spec.Node, e *common.Error) diag.Span {
	s := n.Span
	if s.Start.Line != s.End.Line || e.Location.Line() != 1 {
		return s
	}
	at := s.Start.Column + e.Location.Column()
	if n.Quoted {
		at++
	}
	if at >= s.End.Column {
		return s
	}
	s.Start.Column = at
	s.End.Column = at + 1
	return s
}
