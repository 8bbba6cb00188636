package arch

import "reflect"

// Copy returns a copy of a system that shares nothing with it but what stands
// behind interfaces (examples, arguments of sentences), which nobody changes. each
// is called with every value of the copy, inner ones first, and may set it; nil
// changes nothing.
func Copy(a *Arch, each func(reflect.Value)) *Arch {
	if each == nil {
		each = func(reflect.Value) {}
	}
	out := new(Arch)
	copyInto(reflect.ValueOf(out).Elem(), reflect.ValueOf(a).Elem(), each)
	return out
}

func copyInto(to, from reflect.Value, each func(reflect.Value)) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyInto(to.Elem(), from.Elem(), each)
		}
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyInto(to.Index(i), from.Index(i), each)
			}
		}
	case reflect.Struct:
		for i := range from.NumField() {
			copyInto(to.Field(i), from.Field(i), each)
		}
	default:
		to.Set(from)
	}
	each(to)
}
