package cli

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"text/template"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

//go:embed starter.yaml.tmpl
var starterText string

// start is what the template of a new input shows.
type start struct {
	System, About, Platform, Peak string
	Team                          string
	Everybody                     string // the actors as a value of by
	Actors                        []string
	Things                        []thing
}

type thing struct{ Name, Plural string }

var identifier = regexp.MustCompile(`[^A-Za-z0-9]+`)

// starter fills the template. An answer that would not be valid where it stands is
// left out, so that the result always can be designed.
func starter(said answers) []byte {
	st := start{System: oneLine(said.system), About: oneLine(said.about), Platform: oneLine(said.platform)}
	if st.System == "" {
		st.System = "Shop"
	}
	if _, err := fact.ParseRate(said.peak); err == nil {
		st.Peak = said.peak
	}
	if n, err := fact.ParseCount(said.team); err == nil && n >= 1 {
		st.Team = fact.FormatCount(n)
	}
	st.Actors = split(said.actors, fact.Snake)
	for _, n := range split(said.things, fact.Pascal) {
		st.Things = append(st.Things, thing{n, fact.Plural(n)})
	}
	if len(st.Actors) == 0 {
		st.Actors = []string{"customer"}
	}
	if len(st.Things) == 0 {
		st.Things = []thing{{"Order", "Orders"}, {"Product", "Products"}}
	}
	st.Everybody = st.Actors[0]
	if len(st.Actors) > 1 {
		st.Everybody = "[" + strings.Join(st.Actors, ", ") + "]"
	}
	var out strings.Builder
	tmpl := template.Must(template.New("starter").Funcs(template.FuncMap{"quote": quote}).Parse(starterText))
	if err := tmpl.Execute(&out, st); err != nil {
		panic(fmt.Sprintf("the template of a new input does not fit its data: %v", err))
	}
	if _, problems := spec.Parse("plumb.yaml", []byte(out.String())); problems.HasErrors() && st.Platform != "" {
		said.platform = ""
		return starter(said)
	}
	return []byte(out.String())
}

// oneLine keeps an answer from breaking the layout.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// quote writes a text as a double-quoted scalar.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func split(list string, spell func(string) string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range strings.Split(list, ",") {
		name := spell(identifier.ReplaceAllString(strings.TrimSpace(s), " "))
		if name == "" || seen[name] || name[0] >= '0' && name[0] <= '9' {
			continue
		}
		seen[name] = true
		out = append(out, name)
	}
	return out
}
