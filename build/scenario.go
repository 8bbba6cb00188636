package build

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/model"
)

// scenarios carries over those that the input asks for.
func (b *builder) scenarios() {
	for _, s := range b.m.Scenarios {
		out := arch.Scenario{
			Name: s.Name, About: s.About, For: s.For, Seed: s.Seed, Span: s.Span, Load: arch.Words(s.Load),
			Shape: said(s.Shape), Faults: said(s.Faults), Holds: said(s.Holds),
		}
		for _, r := range s.Rates {
			out.Rates = append(out.Rates, arch.ScenarioRate{UseCase: r.UseCase, Rate: r.PerSecond})
		}
		b.a.Scenarios = append(b.a.Scenarios, out)
	}
}

func said(words []model.Words) []arch.Words {
	var out []arch.Words
	for _, w := range words {
		out = append(out, arch.Words(w))
	}
	return out
}
