package chat

import "encoding/json"

// What an event tells. All but [TextEvent] are kept in the transcript; with them a
// conversation can be taken up again.
const (
	// SessionEvent begins a transcript, or tells that it goes on with another model.
	SessionEvent = "session"
	// UserEvent is what the person said.
	UserEvent = "user"
	// TextEvent is a piece of an answer as it arrives.
	TextEvent = "text"
	// AssistantEvent is a whole answer, with the calls that the model makes.
	AssistantEvent = "assistant"
	// ResultEvent is what became of a call.
	ResultEvent = "result"
	// PartialEvent is an answer that broke off, with the reason.
	PartialEvent = "partial"
	// QuestionEvent is a question that was put to the person, with their answer.
	QuestionEvent = "question"
	// UnbackedEvent lists the numbers of an answer that are not plumb's.
	UnbackedEvent = "unbacked"
	// NoticeEvent is something that the person should know: a retry, a trimmed context.
	NoticeEvent = "notice"
	// StoppedEvent ends a turn without an answer, with the reason.
	StoppedEvent = "stopped"
	// DoneEvent ends a turn, with what was used since the conversation began.
	DoneEvent = "done"
)

// Event is one line of a transcript and of the stream that a program reads.
type Event struct {
	Type string `json:"type"`
	// Model names the model, in a session event.
	Model string `json:"model,omitempty"`
	Text  string `json:"text,omitempty"`
	// Why is the reason of a partial or stopped event, or the answer to a question.
	Why    string  `json:"why,omitempty"`
	Calls  []Call  `json:"calls,omitempty"`
	Result *Result `json:"result,omitempty"`
	// Figures are the numbers of an unbacked event.
	Figures []string `json:"figures,omitempty"`
	Usage   *Usage   `json:"usage,omitempty"`
	// Cost is what the usage costs at the prices given; absent without prices.
	Cost *float64 `json:"cost,omitempty"`
}

// line is the event as a line of JSON.
func (e Event) line() ([]byte, error) {
	text, err := json.Marshal(e)
	return append(text, '\n'), err
}

// Prices are what a million tokens cost, in whatever currency; Cached is for input
// that the model's interface had in its cache.
type Prices struct{ In, Out, Cached float64 }

func (p Prices) of(u Usage) float64 {
	return (float64(u.In-u.Cached)*p.In + float64(u.Cached)*p.Cached + float64(u.Out)*p.Out) / 1e6
}
