package catalog

import (
	"regexp"
	"slices"
	"testing"
)

func TestPropertyTableIsSound(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, p := range Properties() {
		for _, key := range p.Keys() {
			if seen[key] {
				t.Errorf("%s: declared twice", key)
			}
			seen[key] = true
			if !kebab.MatchString(key) {
				t.Errorf("%s: not kebab-case", key)
			}
		}
		if _, known := unitNamed(p.Unit); known != (p.Form == FormNumber) {
			t.Errorf("%s: form %s with unit %q", p.Key, p.Form, p.Unit)
		}
		if (len(p.Words) > 1) != (p.Form == FormChoice) {
			t.Errorf("%s: form %s with words %q", p.Key, p.Form, p.Words)
		}
		if len(p.Kinds) == 0 || p.Meaning == "" {
			t.Errorf("%s: no kinds or no meaning", p.Key)
		}
		for _, k := range p.Kinds {
			if !slices.Contains(Kinds(), k) {
				t.Errorf("%s: kind %q is not listed", p.Key, k)
			}
		}
	}
}

func TestUnitExamplesParse(t *testing.T) {
	for _, u := range unitTable {
		if v, err := u.parse(u.example); err != nil || v <= 0 {
			t.Errorf("%s: example %q gives %v, %v", u.name, u.example, v, err)
		}
	}
}
