package contract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
)

// protobuf compares interfaces in Protocol Buffers. Who generates code from a public
// contract is not ours to rebuild: there the rules of buf's category FILE hold. What
// only our own deployables use need only be read by both releases: WIRE_JSON. What
// FILE alone objects to is dangerous there, since a field that is gone reads as
// empty.
func (c *comparer) protobuf(from, to []emit.File) error {
	before, err := compile(from)
	if err != nil {
		return err
	}
	after, err := compile(to)
	if err != nil {
		return err
	}
	breaks := bufBreaking(before, after)
	misread := map[protoreflect.FullName]bool{}
	for _, b := range breaks {
		if b.of != nil && slices.Contains(wireJSON, b.rule) {
			misread[b.of.FullName()] = true
		}
	}
	for _, b := range breaks {
		onWire := slices.Contains(wireJSON, b.rule)
		switch internal := c.users.internal(b.file); {
		case internal && !onWire && b.of != nil && misread[b.of.FullName()]:
		case !internal && slices.Contains(loosened, b.rule):
		default:
			c.addRPC(b, internal, onWire, before)
		}
	}
	return nil
}

// protoRoot is where buf finds the module of the contracts; imports are relative to
// it.
const protoRoot = "contracts/proto/"

// protoSet is all the files of one design.
type protoSet struct {
	files map[string]linker.File // by path in the design
	order []string
	// calls lists the methods that a message reaches somebody through.
	calls map[protoreflect.FullName][]protoreflect.MethodDescriptor
}

func compile(files []emit.File) (*protoSet, error) {
	texts, names := map[string]string{}, map[string]string{}
	for _, f := range files {
		name, inside := strings.CutPrefix(f.Path, protoRoot)
		if !inside {
			name = path.Base(f.Path)
		}
		texts[name], names[name] = string(f.Data), f.Path
	}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		Accessor: func(name string) (io.ReadCloser, error) {
			text, ok := texts[name]
			if !ok {
				return nil, errors.New("no such file")
			}
			return io.NopCloser(strings.NewReader(text)), nil
		},
	})}
	set := &protoSet{files: map[string]linker.File{}, calls: map[protoreflect.FullName][]protoreflect.MethodDescriptor{}}
	for name, file := range names {
		list, err := compiler.Compile(context.Background(), name)
		if err != nil {
			return nil, unreadable(file, err)
		}
		set.files[file] = list[0]
		set.order = append(set.order, file)
	}
	slices.Sort(set.order)
	for _, name := range set.order {
		for s := range each(set.files[name].Services()) {
			for m := range each(s.Methods()) {
				set.reach(m, m.Input(), map[protoreflect.FullName]bool{})
				set.reach(m, m.Output(), map[protoreflect.FullName]bool{})
			}
		}
	}
	return set, nil
}

// reach notes that a method carries a message, and all messages inside.
func (s *protoSet) reach(m protoreflect.MethodDescriptor, d protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) {
	if seen[d.FullName()] {
		return
	}
	seen[d.FullName()] = true
	s.calls[d.FullName()] = append(s.calls[d.FullName()], m)
	for f := range each(d.Fields()) {
		if f.Message() != nil {
			s.reach(m, f.Message(), seen)
		}
		if f.Enum() != nil {
			s.calls[f.Enum().FullName()] = append(s.calls[f.Enum().FullName()], m)
		}
	}
}

// each goes through one of protoreflect's lists.
func each[T any](list interface {
	Len() int
	Get(int) T
}) func(func(T) bool) {
	return func(yield func(T) bool) {
		for i := range list.Len() {
			if !yield(list.Get(i)) {
				return
			}
		}
	}
}

// breach is one violation of one of buf's rules.
type breach struct {
	rule string
	file string // of the old design
	of   protoreflect.Descriptor
	what string
}

// wireJSON are the rules of buf's category WIRE_JSON among those checked here; FILE
// has the others, and stricter forms of those in loosened.
var wireJSON = []string{
	"ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", "ENUM_VALUE_SAME_NAME",
	"FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", "FIELD_SAME_DEFAULT",
	"FIELD_SAME_JSON_NAME", "FIELD_SAME_NAME", "FIELD_SAME_ONEOF", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
	"FIELD_WIRE_JSON_COMPATIBLE_TYPE", "FILE_SAME_PACKAGE", "MESSAGE_SAME_REQUIRED_FIELDS", "RESERVED_ENUM_NO_DELETE",
	"RESERVED_MESSAGE_NO_DELETE", "RPC_SAME_CLIENT_STREAMING", "RPC_SAME_IDEMPOTENCY_LEVEL", "RPC_SAME_REQUEST_TYPE",
	"RPC_SAME_RESPONSE_TYPE", "RPC_SAME_SERVER_STREAMING",
}

// loosened are the rules that only WIRE_JSON has; FILE has a stricter one for each.
var loosened = []string{
	"ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED",
	"FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED",
	"FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
}

// addRPC reports a breach in the category that holds for its file.
func (c *comparer) addRPC(b breach, internal, onWire bool, before *protoSet) {
	f := Finding{Contract: b.file, Format: "protobuf", Rule: b.rule, Level: Breaking, Place: placeOf(b), What: b.what, Users: c.callers(b, before)}
	e := source
	switch {
	case strings.HasPrefix(b.rule, "RPC_NO_") || strings.HasPrefix(b.rule, "SERVICE_NO_") || strings.HasPrefix(b.rule, "FILE_NO_"):
		e = gone
	case onWire:
		e = wire
	case b.rule == "FIELD_NO_DELETE" || b.rule == "ENUM_VALUE_NO_DELETE":
		e = empty
	}
	if internal && !onWire {
		f.Level = Dangerous
		if e == gone {
			e = order
		}
	}
	c.add(f, e)
}

// placeOf names the element without the package, which the file tells.
func placeOf(b breach) string {
	if b.of == nil {
		return path.Base(b.file)
	}
	name := strings.TrimPrefix(string(b.of.FullName()), string(b.of.ParentFile().Package())+".")
	if _, file := b.of.(protoreflect.FileDescriptor); file || name == "" {
		return path.Base(b.file)
	}
	return name
}

// callers are those who use a method, or a method that carries the message or enum
// that the element is in.
func (c *comparer) callers(b breach, before *protoSet) []string {
	var methods []protoreflect.MethodDescriptor
	for d := b.of; d != nil; d = d.Parent() {
		if m, ok := d.(protoreflect.MethodDescriptor); ok {
			methods = append(methods, m)
		}
		methods = append(methods, before.calls[d.FullName()]...)
		if len(methods) > 0 {
			break
		}
	}
	var out []string
	for _, m := range methods {
		op := c.users.operation(b.file, func(o *arch.Operation) bool {
			return o.RPC != nil && o.RPC.Method == string(m.Name()) && o.RPC.Service == string(m.Parent().Name())
		})
		out = append(out, c.users.of(b.file, op)...)
	}
	if len(methods) == 0 {
		out = c.users.of(b.file, nil)
	}
	return sorted(out)
}

func quoted[T ~string](name T) string { return fmt.Sprintf("%q", string(name)) }
