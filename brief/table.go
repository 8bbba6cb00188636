package brief

import (
	"regexp"
	"strings"
)

// row reads a row of a table by the names of its columns and the section.
func (c *collector) row(p *passage, sec section) {
	if p.head {
		c.columns = nil
		for _, cell := range p.cells {
			c.columns = append(c.columns, lower(cell.text))
		}
		return
	}
	if len(p.cells) == 0 || sec == secAside {
		return
	}
	cell := func(names string) *passage {
		for i, col := range c.columns {
			for name := range strings.SplitSeq(names, ",") {
				if i < len(p.cells) && strings.HasPrefix(strings.TrimLeft(col, " …."), name) && p.cells[i].text != "" {
					return &p.cells[i]
				}
			}
		}
		return nil
	}
	who, want, why := cell("as a,role,actor,persona,user role,who"), cell("i want,want,goal,action,story,what,need"), cell("so that,benefit,because,why,value,reason")
	if sec == secNone && cell("quality,metric,nfr,measure,attribute,characteristic,kpi") != nil && cell("target,threshold,requirement,value,goal,objective") != nil {
		sec = secQualities
	}
	switch {
	case who != nil && cell("how many,count,accounts,head") != nil:
		c.declareActor(who, p)
	case who != nil && want != nil && who != want && sec != secActors:
		c.storyRow(who, want, why)
	case sec == secActors:
		c.declareActor(&p.cells[0], p)
	case sec == secEntities:
		c.entityRow(p)
	case sec == secContexts:
		c.contextRow(p)
	case sec == secQualities || sec == secBudget || sec == secTeam || sec == secConstraints || sec == secExternals || sec == secRegions:
		joined := c.joined(p)
		c.text(&joined, sec)
	default:
		for i := range p.cells {
			if strings.Count(p.cells[i].text, " ") >= 2 {
				c.text(&p.cells[i], sec)
			}
		}
	}
}

// numbering is what numbers a row: Q1, NFR-2, 3.1.
var numbering = regexp.MustCompile(`^[A-Z]{0,5}[-_ ]?\d+(?:\.\d+)*$`)

// joined is a row as one text: "Place order: p99 300 ms".
func (c *collector) joined(p *passage) passage {
	out := passage{kind: item}
	for i, cell := range p.cells {
		if i == 0 && len(p.cells) > 2 && numbering.MatchString(cell.text) || cell.text == "" {
			continue
		}
		if out.text != "" {
			out.text += ":"
			out.extend(cell)
			continue
		}
		out.text = cell.text
		out.marks = append(out.marks, cell.marks...)
	}
	return out
}

// storyRow puts the cells of a row together to a story.
func (c *collector) storyRow(who, want, why *passage) {
	p := passage{kind: item}
	add := func(lead string, cell *passage) {
		text := cell.text
		at := len(p.text) + len(lead)
		p.text += lead + text
		for _, m := range cell.marks {
			p.marks = append(p.marks, mark{at + m.from, m.at})
		}
	}
	lead := "As a "
	if strings.HasPrefix(lower(who.text), "as a") {
		lead = ""
	}
	p.marks = append(p.marks, mark{0, who.pos(0)})
	add(lead, who)
	switch low := lower(want.text); {
	case strings.HasPrefix(low, "i "):
		add(", ", want)
	case strings.HasPrefix(low, "to "):
		add(", I want ", want)
	default:
		add(", I want to ", want)
	}
	if why != nil {
		if strings.HasPrefix(lower(why.text), "so that") {
			add(", ", why)
		} else {
			add(", so that ", why)
		}
	}
	c.text(&p, secStories)
}

// entityRow reads a row that declares an entity: its name, then fields, volume or what
// it stands for, by the columns' names.
func (c *collector) entityRow(p *passage) {
	c.declareEntity(&p.cells[0], &p.cells[0])
	if c.entity == nil {
		return
	}
	for i := 1; i < len(p.cells); i++ {
		cell := &p.cells[i]
		col := ""
		if i < len(c.columns) {
			col = c.columns[i]
		}
		switch {
		case cell.text == "":
		case strings.Contains(col, "field") || strings.Contains(col, "attribute"):
			c.fields(c.entity, cell, 0, len(cell.text))
		case arrowed(cell.text):
			c.states(c.entity, cell, 0, len(cell.text))
		case c.facts(c.entity, cell, 0, len(cell.text)):
		case strings.Contains(col, "descri") || strings.Contains(col, "about") || strings.Contains(col, "meaning"):
			c.entity.set(value{key: "about", text: written{cell.text, c.spanOf(cell)}})
		}
	}
}
