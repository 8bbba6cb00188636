package refcase

import (
	"strings"
	"testing"
)

func TestWhatIsNotUnderstoodIsRefused(t *testing.T) {
	const good = `{id: a, model: "M/M/1", kind: exact, inputs: {x: 1}, expect: {W_s: 1}, tolerance: {analytic_rel: 1e-6}}`
	for _, c := range []struct{ text, says string }{
		{`- ` + good, ""},
		{`- ` + strings.Replace(good, "exact", "guessed", 1), `kind "guessed"`},
		{`- ` + strings.Replace(good, "analytic_rel", "about", 1), "tolerance about"},
		{`- ` + strings.Replace(good, "1e-6", "-1", 1), "tolerance analytic_rel"},
		{`- ` + strings.Replace(good, "{W_s: 1}", "{}", 1), "expects nothing"},
		{`- ` + strings.Replace(good, "id: a, ", "", 1), "needs an id"},
		{`- ` + strings.Replace(good, "kind:", "sort: 1, kind:", 1), "sort"},
		{`nonsense`, "cannot unmarshal"},
	} {
		cases, err := Read([]byte(c.text))
		switch {
		case c.says == "" && (err != nil || len(cases) != 1):
			t.Errorf("%s: %d cases, %v", c.text, len(cases), err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || len(cases) != 0):
			t.Errorf("%s: %d cases, %v", c.text, len(cases), err)
		}
	}
}

// complaints collects what a test is told.
type complaints struct {
	testing.TB
	list []string
}

func (c *complaints) Helper() {}
func (c *complaints) Errorf(format string, args ...any) {
	c.list = append(c.list, strings.TrimSpace(strings.ReplaceAll(format, "%s", args[0].(string))))
}

func TestInputsThatNobodyAsksForAreReported(t *testing.T) {
	cases, err := Read([]byte(`- {id: a, model: "m", kind: exact, inputs: {x: 1, y: 2, note: n}, expect: {p99_s: 1}, tolerance: {analytic_rel: 0}}`))
	if err != nil {
		t.Fatal(err)
	}
	in := cases[0].Inputs
	if in.Num("x") != 1 || in.Opt("w") != 0 {
		t.Error("inputs are not read")
	}
	in.Num("z")
	var told complaints
	in.Complain(&told)
	if got := strings.Join(told.list, "; "); got != "input z is not stated; nothing asks for the input y" {
		t.Error(got)
	}
}

func TestPercentilesAreReadFromTheirNames(t *testing.T) {
	for key, want := range map[string]float64{"p50_s": 0.5, "wait_p999_s": 0.999, "sojourn_p95_s": 0.95, "p_wait": 0, "p5x_s": 0} {
		if _, p, ok := Quantile(key); ok != (want > 0) || ok && p != want {
			t.Errorf("%s is read as %g, %v", key, p, ok)
		}
	}
}
