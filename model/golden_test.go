package model_test

import (
	"testing"

	"plumb.dev/plumb/internal/golden"
	"plumb.dev/plumb/model"
)

// small is a system that uses most parts of the language once.
const small = `
system: Library
about: Lends books.
context:
  teams: {desk: {people: 3, releases: 1/week}}
  compliance: [gdpr]
  budget: 100 EUR/month
actors:
  reader: {channels: [web], accounts: 2k}
externals:
  mail: {latency: p50 80ms p99 600ms, maintenance: [sun 01:00-02:00], price: 0.001 EUR}
types:
  Genre: [novel, essay]
domain:
  Reader: {fields: {name: personal text, email: email unique}, volume: 2k}
  Book: {fields: {title: text <= 200, genre: Genre, copies: int 0..50}, contended: copies, invariants: [copies >= 0], volume: 9k}
  Loan:
    fields: {reader: -> Reader, book: -> Book}
    states: open -> returned, open -> overdue -> returned
    timers: {open: {after: 30d, to: overdue, does: Remind}}
    volume: 300/day
    retained: 3y
rules:
  NoMoreThanCopies: {over: [Loan, Book], holds: never more open loans of a book than copies, when: atomic}
use_cases:
  Join: {by: reader, creates: Reader}
  Borrow: {by: reader, reads: [Reader], creates: Loan, changes: Book, peak: 5/min for 3h weekdays 16:00-19:00, latency: 500ms, available: 99.9%}
  Return: {by: reader, moves: "Loan open -> returned, overdue -> returned", changes: Book}
  Remind: {reads: [Reader], calls: {mail: {later: yes, within: 1h}}}
  Search: {by: reader, reads: [Book], filter: [title, genre], stale: 1h}
`

func TestASmallSystemComesToWhatItAlwaysCameTo(t *testing.T) {
	golden.Equal(t, "library.dump", []byte(model.Dump(meant(t, small))))
}
