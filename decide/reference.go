package decide

import (
	"bytes"
	"fmt"
	"strings"
)

// Doc is one entry of the decision reference.
type Doc struct{ ID, Topic, Title, Text string }

// Reference lists the questions plumb decides, in the order in which it does.
func Reference() []Doc {
	out := make([]Doc, len(questions))
	for i, q := range questions {
		out[i] = Doc{q.id, q.topic, strings.ReplaceAll(q.title, "%s", "…"), q.doc}
	}
	return out
}

// topics of the reference, in the order in which it prints them.
var topics = []struct{ id, title string }{
	{"structure", "Structure"}, {"data", "Data"}, {"communication", "Communication"}, {"interface", "Interfaces"},
	{"resilience", "Resilience"}, {"security", "Security"}, {"operations", "Operations"},
}

// ReferencePage prints the questions and the criteria as a Markdown page.
func ReferencePage() []byte {
	var b bytes.Buffer
	b.WriteString(`# What plumb decides

Generated from the tables in package decide; do not edit.

A decision is a record: the question, the options with what ruled each out or what each comes to, the
choice, its lead over the runner-up, what it costs to change one's mind, and how the choice can be confirmed.
Hard requirements rule options out, each with the requirement it breaks. The others are compared by properties
in physical units; what a value is worth follows from one curve per criterion, and the weighted mean of the
worths picks the option. Ties go to the option whose id comes first.

A stated budget is a requirement on all decisions together. Where what they cost comes to more, dearer options are
ruled out one by one, always where the least worth is lost for the money saved, until the budget carries the whole;
what turns out not to be needed is taken back. Where not even the cheapest options fit, nothing is ruled out for
money, and the design names the least that would do.

A decision is called by its subject and its question: ` + "`PlaceOrder.idempotency`, `order.store`" + `; for the whole
system by its question alone: ` + "`broker`" + `. That name is what ` + "`plumb explain`" + ` and a pin in the input take:

` + "```yaml\npins:\n  broker: {choose: rabbitmq, because: we have run it for years}\n```" + `

## Criteria

Less is better in all. A value x is worth half/(half + x): 1 at nothing, one half at the value named. Half of money
and operations follow the budget and the number of engineers; those printed are for five engineers and no budget.

| criterion | what is measured | half | weight | why |
|---|---|---|---|---|
`)
	for _, c := range Criteria() {
		fmt.Fprintf(&b, "| %s | %s | %s | %g | %s |\n", c.Name, c.About, c.Half, c.Weight, c.Why)
	}
	for _, topic := range topics {
		fmt.Fprintf(&b, "\n## %s\n", topic.title)
		for _, d := range Reference() {
			if d.Topic == topic.id {
				fmt.Fprintf(&b, "\n### %s\n\n*%s.* %s\n", d.ID, d.Title, d.Text)
			}
		}
	}
	return b.Bytes()
}
