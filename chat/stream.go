package chat

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// This file is what the interfaces over HTTP have in common: an answer arrives as
// events, its text and its calls in pieces, and nothing that an address does may be
// without bounds.

// Client is what models over HTTP are asked with. It follows no redirect, as the key
// goes to the address that a person named and to no other, and it reads no more of an
// error than anybody would.
func Client() *http.Client {
	return &http.Client{
		CheckRedirect: func(to *http.Request, _ []*http.Request) error {
			return &Failure{Why: fmt.Sprintf("the model's address leads on to %s://%s, which is not followed with a key; name that address if it is right", to.URL.Scheme, to.URL.Host)}
		},
		Transport: shortErrors{http.DefaultTransport},
	}
}

// maxError bounds what is read of the body of an error, in bytes.
const maxError = 64 << 10

type shortErrors struct{ http.RoundTripper }

func (t shortErrors) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(r)
	if err == nil && res.StatusCode != http.StatusOK {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxError), res.Body}
	}
	return res, err
}

// Stream is a vendor's stream of events.
type Stream[E any] interface {
	Next() bool
	Current() E
	Err() error
	Close() error
}

// Arriving is what arrived of an answer.
type Arriving struct {
	Usage Usage
	// Cut tells that the answer ended at its limit of tokens, Whole that it ended.
	Cut, Whole bool

	show  func(string)
	said  strings.Builder
	calls []*arrivingCall
	size  int // bytes of the calls
}

type arrivingCall struct {
	index           int64
	id              string
	name, arguments strings.Builder
}

// Say adds a piece of the text.
func (a *Arriving) Say(piece string) {
	if piece != "" {
		piece = strings.ToValidUTF8(piece, "\uFFFD")
		a.said.WriteString(piece)
		a.show(piece)
	}
}

// Call adds a piece of the call at an index; the first one has its id. Some servers
// number every call 0 and tell them apart by their ids.
func (a *Arriving) Call(index int64, id, name, arguments string) {
	var c *arrivingCall
	for _, x := range a.calls {
		if x.index == index && (id == "" || id == x.id) {
			c = x
		}
	}
	if c == nil {
		c = &arrivingCall{index: index, id: id}
		a.calls = append(a.calls, c)
	}
	c.name.WriteString(name)
	c.arguments.WriteString(arguments)
	a.size += len(id) + len(name) + len(arguments)
}

func (a *Arriving) reply() Reply {
	r := Reply{Text: a.said.String(), Usage: a.Usage, Cut: a.Cut}
	for _, c := range a.calls {
		arguments, malformed := Arguments(c.arguments.String())
		r.Calls = append(r.Calls, Call{ID: strings.ToValidUTF8(c.id, "\uFFFD"), Name: strings.ToValidUTF8(c.name.String(), "\uFFFD"), Arguments: arguments, Malformed: malformed})
	}
	return r
}

// Collect reads an answer to its end; take adds an event to it, and failure words an
// error of the stream. Text is bounded by whoever is shown it, calls are here.
func Collect[E any](s Stream[E], show func(string), take func(*Arriving, E), failure func(error) error) (Reply, error) {
	defer s.Close()
	a := &Arriving{show: show}
	for s.Next() {
		take(a, s.Current())
		if a.size > maxAnswer || len(a.calls) > 4*maxCalls {
			return Reply{Text: a.said.String(), Usage: a.Usage}, errLong
		}
	}
	switch err := s.Err(); {
	case err != nil:
		return a.reply(), failure(err)
	case !a.Whole:
		return a.reply(), Broken(nil)
	}
	return a.reply(), nil
}
