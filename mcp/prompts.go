package mcp

import (
	"context"
	"fmt"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// rule is in every prompt.
const rule = "Every number, choice and contract you state comes from plumb's answers; where plumb has none, say that it is open. Tell the person what was assumed. "

// prompts are how to go about it; %s is the argument.
var prompts = []struct {
	name, title, about string
	argument           string
	optional           bool
	text               string
}{
	{"architect", "From a brief to a design", "The whole loop: read, ask, design, defend, write.", "brief", false,
		rule + `Design the backend that %s describes.
1. Read it with your own tools, and keep it as brief.md in the workspace. intake with file brief.md: what does plumb understand by itself?
2. Complete what it was read as (plumb://language): a name, a relation, a number that it missed; each number with # "the words of the brief" or # assumed: why behind it. intake the text with brief brief.md and save_as plumb.yaml until nothing is refused.
3. design. Put the questions to the person, at most five, with their defaults; enter answers with answer.
4. explain the significant decisions that were won narrowly; whatif for the numbers the person is unsure of. decide where the person wants it otherwise, and tell the regret.
5. emit, show what would be written, and emit with write: true when the person agrees. check.
6. Answer with Summary, Service Boundaries, API Design, Resilience & Observability, Recommendations, Follow-up: short, from plumb://design.`},
	{"intake", "Read requirements", "Turns a brief into an input without inventing anything.", "brief", false,
		rule + `Turn %s into plumb.yaml. intake it as it is first; then complete what it was read as, with plumb://language at hand. Name actors, aggregates and use cases as the text does. Write only what it says: what is missing plumb assumes in the open. Each line with a number ends with # "the words of the brief" or # assumed: why. Call intake with brief, mend what it refuses, then save_as plumb.yaml. Report what was understood, what was not, and the questions.`},
	{"review", "Review a design", "Looks for what a design rests on and where it would tip.", "file", true,
		rule + `Review the design of %s. check, then design with detail. For each significant decision with a margin under 0.05 and each objective that is missed: explain, then whatif at its nearest tipping point. query impact of the three assumptions that decide most. Report, the most serious first: what is missed, what would tip it and at which value, what rests on an assumption, and what to ask whom.`},
	{"defend", "Defend a decision", "Answers a doubt about one decision with its record.", "decision", false,
		rule + `Defend the decision %s, or find that it does not stand. explain it; explain with why_not for the option that is doubted; whatif at each value where it flips. Say what it beat, by how much in which unit, which requirement ruled out the rest, what it costs, and the value at which you would decide otherwise. If the person still wants another option, decide with their reason and tell the regret.`},
}

func (s *Server) addPrompts() {
	for _, p := range prompts {
		s.sdk.AddPrompt(&sdk.Prompt{
			Name: p.name, Title: p.title, Description: p.about,
			Arguments: []*sdk.PromptArgument{{Name: p.argument, Description: "which " + p.argument, Required: !p.optional}},
		}, func(_ context.Context, req *sdk.GetPromptRequest) (*sdk.GetPromptResult, error) {
			about := req.Params.Arguments[p.argument]
			if about == "" && !p.optional {
				return nil, fmt.Errorf("the prompt %s needs the argument %s", p.name, p.argument)
			}
			if about == "" {
				about = "plumb.yaml"
			}
			return &sdk.GetPromptResult{Description: p.about, Messages: []*sdk.PromptMessage{
				{Role: "user", Content: &sdk.TextContent{Text: fmt.Sprintf(p.text, about)}},
			}}, nil
		})
	}
}
