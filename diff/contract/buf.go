package contract

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// This file holds the rules of buf breaking. They are not to be had as a library:
// what buf publishes for importing runs its checks in a process of its own. Left out
// are the rules about features of editions (JSON format, UTF-8 validation), which
// plumb does not write, about C++ and JavaScript representation, and about
// extensions.

// checking is one run over two sets of files.
type checking struct {
	file    string          // of the old set, under way
	now     map[string]bool // what the file declares in the new set, by name within the package
	breaks  []breach
	to      *protoSet
	message map[protoreflect.FullName]protoreflect.MessageDescriptor
	enum    map[protoreflect.FullName]protoreflect.EnumDescriptor
	service map[protoreflect.FullName]protoreflect.ServiceDescriptor
}

// bufBreaking lists every violation of the rules of the categories FILE and
// WIRE_JSON, in the order of files and declarations.
func bufBreaking(from, to *protoSet) []breach {
	c := &checking{
		to: to, message: map[protoreflect.FullName]protoreflect.MessageDescriptor{}, enum: map[protoreflect.FullName]protoreflect.EnumDescriptor{},
		service: map[protoreflect.FullName]protoreflect.ServiceDescriptor{},
	}
	for _, name := range to.order {
		c.index(to.files[name])
		for s := range each(to.files[name].Services()) {
			c.service[s.FullName()] = s
		}
	}
	for _, name := range from.order {
		c.file = name
		c.compareFile(from.files[name])
	}
	return c.breaks
}

// nest is a file or a message: what messages and enums are declared in.
type nest interface {
	Messages() protoreflect.MessageDescriptors
	Enums() protoreflect.EnumDescriptors
}

func (c *checking) index(n nest) {
	for m := range each(n.Messages()) {
		c.message[m.FullName()] = m
		c.index(m)
	}
	for e := range each(n.Enums()) {
		c.enum[e.FullName()] = e
	}
}

func (c *checking) add(rule string, of protoreflect.Descriptor, format string, args ...any) {
	c.breaks = append(c.breaks, breach{rule, c.file, of, fmt.Sprintf(format, args...)})
}

func (c *checking) compareFile(old protoreflect.FileDescriptor) {
	now, there := c.to.files[c.file]
	if !there {
		c.add("FILE_NO_DELETE", nil, "the file is gone")
		return
	}
	if old.Package() != now.Package() {
		c.add("FILE_SAME_PACKAGE", old, "the package changed from %s to %s", quoted(old.Package()), quoted(now.Package()))
	}
	if old.Syntax() != now.Syntax() {
		c.add("FILE_SAME_SYNTAX", old, "the syntax changed from %s to %s", old.Syntax(), now.Syntax())
	}
	c.fileOptions(old, now)
	c.now = map[string]bool{}
	declare(c.now, now)
	for s := range each(now.Services()) {
		c.now[within(s)] = true
	}
	c.compareNest(old)
	for s := range each(old.Services()) {
		if !c.now[within(s)] {
			c.add("SERVICE_NO_DELETE", s, "the service is gone")
		}
		if other, ok := c.service[s.FullName()]; ok {
			c.compareService(s, other)
		}
	}
}

// within is a name without the package: buf takes a file's declarations for the same
// when only the package changed, which FILE_SAME_PACKAGE tells.
func within(d protoreflect.Descriptor) string {
	return strings.TrimPrefix(string(d.FullName()), string(d.ParentFile().Package())+".")
}

// declare collects the names of messages and enums in a file, however deep.
func declare(names map[string]bool, n nest) {
	for m := range each(n.Messages()) {
		names[within(m)] = true
		declare(names, m)
	}
	for e := range each(n.Enums()) {
		names[within(e)] = true
	}
}

// fileOptions are the options of a file that generated code is named after or depends
// on, with their rules.
func (c *checking) fileOptions(old, now protoreflect.FileDescriptor) {
	for _, o := range []struct{ rule, option string }{
		{"FILE_SAME_GO_PACKAGE", "go_package"}, {"FILE_SAME_JAVA_PACKAGE", "java_package"},
		{"FILE_SAME_JAVA_OUTER_CLASSNAME", "java_outer_classname"}, {"FILE_SAME_JAVA_MULTIPLE_FILES", "java_multiple_files"},
		{"FILE_SAME_JAVA_GENERIC_SERVICES", "java_generic_services"}, {"FILE_SAME_CSHARP_NAMESPACE", "csharp_namespace"},
		{"FILE_SAME_OBJC_CLASS_PREFIX", "objc_class_prefix"}, {"FILE_SAME_SWIFT_PREFIX", "swift_prefix"},
		{"FILE_SAME_PHP_CLASS_PREFIX", "php_class_prefix"}, {"FILE_SAME_PHP_NAMESPACE", "php_namespace"},
		{"FILE_SAME_PHP_METADATA_NAMESPACE", "php_metadata_namespace"}, {"FILE_SAME_RUBY_PACKAGE", "ruby_package"},
		{"FILE_SAME_OPTIMIZE_FOR", "optimize_for"}, {"FILE_SAME_CC_ENABLE_ARENAS", "cc_enable_arenas"},
		{"FILE_SAME_CC_GENERIC_SERVICES", "cc_generic_services"}, {"FILE_SAME_PY_GENERIC_SERVICES", "py_generic_services"},
	} {
		was, is := option(old.Options(), o.option), option(now.Options(), o.option)
		if was != is {
			c.add(o.rule, old, "the option %s changed from %q to %q", o.option, was, is)
		}
	}
}

// option is the value of an option as text, its default where it is not set.
func option(options proto.Message, name string) string {
	m := options.ProtoReflect()
	field := m.Descriptor().Fields().ByName(protoreflect.Name(name))
	if field == nil {
		return ""
	}
	return m.Get(field).String()
}

// compareNest compares what is declared in a file or a message. A declaration that
// moved to another file is gone from this one, and compared where it is now.
func (c *checking) compareNest(old nest) {
	for m := range each(old.Messages()) {
		if !c.now[within(m)] && !m.IsMapEntry() {
			c.add("MESSAGE_NO_DELETE", m, "the message is gone")
		}
		if other, ok := c.message[m.FullName()]; ok {
			c.compareMessage(m, other)
		}
		c.compareNest(m)
	}
	for e := range each(old.Enums()) {
		if !c.now[within(e)] {
			c.add("ENUM_NO_DELETE", e, "the enum is gone")
		}
		if other, ok := c.enum[e.FullName()]; ok {
			c.compareEnum(e, other)
		}
	}
}

func (c *checking) compareService(old, now protoreflect.ServiceDescriptor) {
	for m := range each(old.Methods()) {
		other := now.Methods().ByName(m.Name())
		if other == nil {
			c.add("RPC_NO_DELETE", m, "the method is gone")
			continue
		}
		if m.Input().FullName() != other.Input().FullName() {
			c.add("RPC_SAME_REQUEST_TYPE", m, "the request changed from %s to %s", m.Input().FullName(), other.Input().FullName())
		}
		if m.Output().FullName() != other.Output().FullName() {
			c.add("RPC_SAME_RESPONSE_TYPE", m, "the response changed from %s to %s", m.Output().FullName(), other.Output().FullName())
		}
		if m.IsStreamingClient() != other.IsStreamingClient() {
			c.add("RPC_SAME_CLIENT_STREAMING", m, "requests are %s now", streamed(other.IsStreamingClient()))
		}
		if m.IsStreamingServer() != other.IsStreamingServer() {
			c.add("RPC_SAME_SERVER_STREAMING", m, "responses are %s now", streamed(other.IsStreamingServer()))
		}
		if was, is := option(m.Options(), "idempotency_level"), option(other.Options(), "idempotency_level"); was != is {
			c.add("RPC_SAME_IDEMPOTENCY_LEVEL", m, "the idempotency level changed from %s to %s", was, is)
		}
	}
}

func streamed(yes bool) string {
	if yes {
		return "a stream"
	}
	return "single"
}

func (c *checking) compareMessage(old, now protoreflect.MessageDescriptor) {
	for f := range each(old.Fields()) {
		other := now.Fields().ByNumber(f.Number())
		if other == nil {
			c.add("FIELD_NO_DELETE", f, "the field %d is gone", f.Number())
			if !now.ReservedNames().Has(f.Name()) {
				c.add("FIELD_NO_DELETE_UNLESS_NAME_RESERVED", f, "the field is gone and its name is not reserved")
			}
			if !now.ReservedRanges().Has(f.Number()) {
				c.add("FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", f, "the field is gone and its number %d is not reserved", f.Number())
			}
			continue
		}
		c.compareField(f, other)
	}
	for o := range each(old.Oneofs()) {
		if !o.IsSynthetic() && now.Oneofs().ByName(o.Name()) == nil {
			c.add("ONEOF_NO_DELETE", o, "the oneof is gone")
		}
	}
	if required(old) != required(now) {
		c.add("MESSAGE_SAME_REQUIRED_FIELDS", old, "the required fields changed from [%s] to [%s]", required(old), required(now))
	}
	c.reserved("RESERVED_MESSAGE_NO_DELETE", old, now.ReservedNames(), old.ReservedNames(), ranges(old.ReservedRanges(), 0), ranges(now.ReservedRanges(), 0))
}

func required(m protoreflect.MessageDescriptor) string {
	out := ""
	for f := range each(m.Fields()) {
		if f.Cardinality() == protoreflect.Required {
			out += fmt.Sprintf(" %d", f.Number())
		}
	}
	return out
}

// span is a range of numbers, both ends included.
type span struct{ from, to int64 }

// ranges lists reserved ranges; those of messages exclude their end, those of enums
// do not.
func ranges[N ~int32](list interface {
	Len() int
	Get(int) [2]N
}, inclusive int64) []span {
	var out []span
	for r := range each(list) {
		out = append(out, span{int64(r[0]), int64(r[1]) - 1 + inclusive})
	}
	slices.SortFunc(out, func(a, b span) int { return int(a.from - b.from) })
	return out
}

// reserved demands that everything that was reserved still is.
func (c *checking) reserved(rule string, of protoreflect.Descriptor, names, before protoreflect.Names, was, is []span) {
	for n := range each(before) {
		if !names.Has(n) {
			c.add(rule, of, "the name %s is no longer reserved", quoted(n))
		}
	}
	for _, w := range was {
		if at := firstUncovered(w, is); at <= w.to {
			c.add(rule, of, "the number %d is no longer reserved", at)
		}
	}
}

// firstUncovered is the first number of a range that no other range holds; beyond its
// end when all are held.
func firstUncovered(w span, sorted []span) int64 {
	at := w.from
	for _, s := range sorted {
		if s.from <= at && at <= s.to {
			at = s.to + 1
		}
	}
	return at
}

func (c *checking) compareEnum(old, now protoreflect.EnumDescriptor) {
	seen := map[protoreflect.EnumNumber]bool{}
	for v := range each(old.Values()) {
		if seen[v.Number()] {
			continue
		}
		seen[v.Number()] = true
		was, is := valueNames(old, v.Number()), valueNames(now, v.Number())
		if len(is) == 0 {
			c.add("ENUM_VALUE_NO_DELETE", v, "the value %d is gone", v.Number())
			if slices.ContainsFunc(was, func(n protoreflect.Name) bool { return !now.ReservedNames().Has(n) }) {
				c.add("ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", v, "the value is gone and its name is not reserved")
			}
			if !now.ReservedRanges().Has(v.Number()) {
				c.add("ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", v, "the value is gone and its number %d is not reserved", v.Number())
			}
			continue
		}
		if i := slices.IndexFunc(was, func(n protoreflect.Name) bool { return !slices.Contains(is, n) }); i >= 0 {
			c.add("ENUM_VALUE_SAME_NAME", v, "the value %d is called %s now", v.Number(), quoted(is[0]))
		}
	}
	if old.IsClosed() != now.IsClosed() {
		c.add("ENUM_SAME_TYPE", old, "the enum is no longer %s", map[bool]string{true: "closed", false: "open"}[old.IsClosed()])
	}
	c.reserved("RESERVED_ENUM_NO_DELETE", old, now.ReservedNames(), old.ReservedNames(), ranges(old.ReservedRanges(), 1), ranges(now.ReservedRanges(), 1))
}

func valueNames(e protoreflect.EnumDescriptor, n protoreflect.EnumNumber) []protoreflect.Name {
	var out []protoreflect.Name
	for v := range each(e.Values()) {
		if v.Number() == n {
			out = append(out, v.Name())
		}
	}
	return out
}

func (c *checking) compareField(old, now protoreflect.FieldDescriptor) {
	if old.Name() != now.Name() {
		c.add("FIELD_SAME_NAME", old, "the field %d is called %s now", old.Number(), quoted(now.Name()))
	}
	if old.JSONName() != now.JSONName() {
		c.add("FIELD_SAME_JSON_NAME", old, "the field %d is %q in JSON now", old.Number(), now.JSONName())
	}
	if was, is := oneof(old), oneof(now); was != is {
		c.add("FIELD_SAME_ONEOF", old, "the field moved from %s to %s", was, is)
	}
	if was, is := option(old.Options(), "jstype"), option(now.Options(), "jstype"); was != is {
		c.add("FIELD_SAME_JSTYPE", old, "the option jstype changed from %s to %s", was, is)
	}
	if was, is := old.Default().String(), now.Default().String(); was != is && old.Kind() == now.Kind() && (old.HasDefault() || now.HasDefault()) {
		c.add("FIELD_SAME_DEFAULT", old, "the default changed from %q to %q", was, is)
	}
	if was, is := cardinality(old), cardinality(now); was != is {
		c.add("FIELD_SAME_CARDINALITY", old, "the field changed from %s to %s", was, is)
		if plural(was) != plural(is) {
			c.add("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", old, "the field changed from %s to %s", was, is)
		}
	}
	// The key and the value of a map are compared as fields of its entry.
	if was, is := typeOf(old), typeOf(now); was != is && !(old.IsMap() && now.IsMap()) {
		c.add("FIELD_SAME_TYPE", old, "the type changed from %s to %s", was, is)
		if !c.readable(old, now) {
			c.add("FIELD_WIRE_JSON_COMPATIBLE_TYPE", old, "the type changed from %s to %s", was, is)
		}
	}
}

func oneof(f protoreflect.FieldDescriptor) string {
	if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() {
		return "the oneof " + string(o.Name())
	}
	return "outside of any oneof"
}

// cardinality as buf tells it apart.
func cardinality(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return "a map"
	case f.Cardinality() == protoreflect.Repeated:
		return "repeated"
	case f.Cardinality() == protoreflect.Required:
		return "required"
	case f.HasPresence():
		return "optional with explicit presence"
	default:
		return "optional with implicit presence"
	}
}

// plural is what of a cardinality matters on the wire and in JSON.
func plural(cardinality string) string {
	if cardinality == "a map" || cardinality == "repeated" {
		return cardinality
	}
	return "single"
}

func typeOf(f protoreflect.FieldDescriptor) string {
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return string(f.Message().FullName())
	case protoreflect.EnumKind:
		return string(f.Enum().FullName())
	default:
		return f.Kind().String()
	}
}

// alike are kinds that read each other on the wire and in JSON.
var alike = [][]protoreflect.Kind{
	{protoreflect.Int32Kind, protoreflect.Uint32Kind}, {protoreflect.Int64Kind, protoreflect.Uint64Kind},
	{protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind}, {protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind},
}

// readable reports whether both releases read each other's field. An enum may move to
// another package when the new one has all its values.
func (c *checking) readable(old, now protoreflect.FieldDescriptor) bool {
	if old.Kind() == protoreflect.EnumKind && now.Kind() == protoreflect.EnumKind {
		if old.Enum().Name() != now.Enum().Name() {
			return false
		}
		for v := range each(old.Enum().Values()) {
			if other := now.Enum().Values().ByName(v.Name()); other == nil || other.Number() != v.Number() {
				return false
			}
		}
		return true
	}
	return slices.ContainsFunc(alike, func(group []protoreflect.Kind) bool {
		return slices.Contains(group, old.Kind()) && slices.Contains(group, now.Kind())
	})
}
