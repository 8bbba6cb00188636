package archtest

import "plumb.dev/plumb/arch"

// Identifiers that examples share, so that a request and its answer tell one story.
const (
	orderID      = "01JD3Q5W8Z7N6M4K2H0G9F1E5D"
	otherOrderID = "01JD3QC4V1XGZ2T8R6P5M3N7KA"
	consumerID   = "01HZ8X2M4C6V8B0N3Q5S7T9W1E"
	restaurantID = "01GYA4T6P8R0K2M5N7Q9S1V3X5"
	dishID       = "01GYA51ZC3E5G7J9M1P3R5T7W9"
	ticketID     = "01JD3Q5X2B4D6F8H0K2N4Q6S8V"
	courierID    = "01HK7B9D1F3H5K7N9Q1S3V5X7Z"
	deliveryID   = "01JD3Q9R5T7W9Y1A3C5E7G9J1M"
	menuImportID = "01JD2W4Y6A8C0E2G4J6M8P0R2T"
	accountID    = "01GYA4V1M3P5R7T9W1Y3A5C7E9"
	paymentID    = "01JD3Q5Y7A9C1E3G5J7M9P1R3T"
)

// field makes a field that is always present.
func field(number int, name, about string, t arch.Type, example any) arch.Field {
	return arch.Field{Number: number, Name: name, About: about, Type: t, Required: true, Example: example}
}

// parameter makes a required field outside of any body, which has no number.
func parameter(name, about string, t arch.Type, example any) arch.Field {
	return field(0, name, about, t, example)
}

func optional(f arch.Field) arch.Field { f.Required = false; return f }
func readOnly(f arch.Field) arch.Field { f.ReadOnly = true; return f }
func fixed(f arch.Field) arch.Field    { f.Fixed = true; return f }
func nullable(f arch.Field) arch.Field { f.Nullable = true; return f }
func personal(f arch.Field) arch.Field { f.Class = "personal"; return f }

// from says which part of the domain a field was made from.
func from(source arch.Path, f arch.Field) arch.Field { f.Source = source; return f }

func scalar(s arch.Scalar) arch.Type   { return arch.Type{Scalar: s} }
func typed(id arch.SchemaID) arch.Type { return arch.Type{Schema: id} }

// ref is the id of an instance of another entity.
func ref(id arch.SchemaID) arch.Type { return arch.Type{Scalar: arch.ScalarID, Ref: id} }

func text(longest int) arch.Type {
	return arch.Type{Scalar: arch.ScalarText, MinLength: new(int(1)), MaxLength: &longest}
}

func whole(least, most float64) arch.Type {
	return arch.Type{Scalar: arch.ScalarInt, Min: &least, Max: &most}
}

// list is a list of at least one and at most the given number of items.
func list(t arch.Type, most int) arch.Type {
	t.List, t.MinItems, t.MaxItems = true, new(int(1)), &most
	return t
}
