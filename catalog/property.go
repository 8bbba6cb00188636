package catalog

import (
	"slices"
	"strings"
)

// Form says what values a property takes.
type Form string

// The forms of a property.
const (
	FormNumber Form = "number" // a quantity in the property's unit, with a range
	FormChoice Form = "choice" // one of the property's words
	FormFlag   Form = "flag"   // yes or no
	FormText   Form = "text"   // a short phrase: a product name, a licence
)

// A Property defines one key that a technology's facts may use: what it means, in which unit, and for which kinds of
// technology. Properties are the whole vocabulary; the loader refuses a key that has none.
type Property struct {
	Key     string   // kebab-case, permanent: decisions and documents refer to it
	Form    Form     // what values it takes
	Unit    string   // for FormNumber: the base unit its values are kept in, one of those in unitTable
	Words   []string // for FormChoice: the words, weakest first where they have an order
	Kinds   []Kind   // the kinds of technology it may be stated for
	Clouds  bool     // stated per cloud: the fact's key is Key + "-" + cloud, see Clouds
	Meaning string   // one sentence: what is counted, where, under which load
}

// Clouds lists the names that end the key of a property stated per cloud, in the order in which they are listed.
func Clouds() []string { return []string{"aws", "azure", "gcp"} }

// Properties lists every property, in the order in which a technology's facts are listed.
func Properties() []Property {
	return slices.Concat(commonProperties, messagingProperties, storeProperties, edgeProperties, identityProperties,
		observabilityProperties, platformProperties, referenceProperties)
}

// Keys lists the keys under which the property's facts are stated: one, or one per cloud.
func (p Property) Keys() []string {
	if !p.Clouds {
		return []string{p.Key}
	}
	var keys []string
	for _, cloud := range Clouds() {
		keys = append(keys, p.Key+"-"+cloud)
	}
	return keys
}

// fits reports whether a technology of these kinds may state the property.
func (p Property) fits(kinds []Kind) bool {
	return slices.ContainsFunc(kinds, func(k Kind) bool { return slices.Contains(p.Kinds, k) })
}

// The constructors below keep a property to one line of its table.

func number(key, unit string, kinds []Kind, meaning string) Property {
	return Property{Key: key, Form: FormNumber, Unit: unit, Kinds: kinds, Meaning: meaning}
}

func choice(key, words string, kinds []Kind, meaning string) Property {
	return Property{Key: key, Form: FormChoice, Words: strings.Split(words, "|"), Kinds: kinds, Meaning: meaning}
}

func flag(key string, kinds []Kind, meaning string) Property {
	return Property{Key: key, Form: FormFlag, Kinds: kinds, Meaning: meaning}
}

func text(key string, kinds []Kind, meaning string) Property {
	return Property{Key: key, Form: FormText, Kinds: kinds, Meaning: meaning}
}

// perCloud makes a property one that is stated per cloud.
func perCloud(p Property) Property {
	p.Clouds = true
	return p
}

// declared returns every key with its property.
func declared() map[string]Property {
	all := map[string]Property{}
	for _, p := range Properties() {
		for _, key := range p.Keys() {
			all[key] = p
		}
	}
	return all
}

// declaredKeys returns every key in the order of Properties.
func declaredKeys() []string {
	var keys []string
	for _, p := range Properties() {
		keys = append(keys, p.Keys()...)
	}
	return keys
}

// flagKeys returns the keys of the features.
func flagKeys() []string {
	var keys []string
	for _, p := range Properties() {
		if p.Form == FormFlag {
			keys = append(keys, p.Keys()...)
		}
	}
	return keys
}
