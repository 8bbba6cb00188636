package explore_test

import (
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/explore"
)

// What keeps a protocol right is read from the design: a design that says otherwise
// in one place lacks the mechanism, which is named and, unless a pin forbids it,
// added.
func TestWhatADesignLacksIsNamed(t *testing.T) {
	whole := design(t, "harbour")
	saga := func(a *arch.Arch, id string) *arch.Saga {
		return &a.Sagas[slices.IndexFunc(a.Sagas, func(s arch.Saga) bool { return s.ID == id })]
	}
	channel := func(a *arch.Arch, id arch.ChannelID) *arch.Channel {
		return &a.Channels[slices.IndexFunc(a.Channels, func(c arch.Channel) bool { return c.ID == id })]
	}
	voucher := func(a *arch.Arch) *arch.Contention {
		for i := range a.Stores {
			for j := range a.Stores[i].Aggregates {
				if s := &a.Stores[i].Aggregates[j]; s.Of == "domain.Voucher" {
					return s.Contention
				}
			}
		}
		return nil
	}
	const orders = arch.ChannelID("harbour.ordering.order.v1")
	for _, c := range []struct {
		name     string
		edit     func(a *arch.Arch)
		protocol string
		lacks    []string
	}{
		{"no inbox", func(a *arch.Arch) {
			ch := channel(a, orders)
			for i := range ch.Subscribers {
				ch.Subscribers[i].Inbox = false
			}
		}, "exchange/delivery-orders", []string{"duplicate check"}},
		{"no key", func(a *arch.Arch) { channel(a, orders).Key = "" }, "exchange/delivery-orders", []string{"order per key"}},
		{"no dead letters", func(a *arch.Arch) { channel(a, orders).DeadLetter = "" }, "exchange/delivery-orders", []string{"dead letter"}},
		{"at most once", func(a *arch.Arch) { channel(a, orders).Delivery = "at-most-once" }, "exchange/delivery-orders", []string{"acknowledge after"}},
		{"no outbox", func(a *arch.Arch) { a.Decision("ordering.outbox").Choice = "dual-write" }, "exchange/delivery-orders", []string{"outbox"}},
		{"nobody sees it", func(a *arch.Arch) { saga(a, "erase-consumer").WorkItem = "" }, "saga/erase-consumer", []string{"duplicate check", "work item"}},
		{"no orchestrator", func(a *arch.Arch) { saga(a, "erase-consumer").Style = "choreography" }, "saga/erase-consumer", []string{"duplicate check", "resume", "repeat"}},
		{"nothing said of unknown outcomes", func(a *arch.Arch) {
			s := saga(a, "refund-payment")
			for i := range s.Steps {
				s.Steps[i].OnUnknown = ""
			}
		}, "saga/refund-payment", []string{"duplicate check", "final result", "query by reference"}},
		{"no guard", func(a *arch.Arch) { voucher(a).Guard = "" }, "contention/voucher", []string{"guarded update"}},
		{"no request key", func(a *arch.Arch) {
			for i := range voucher(a).Takers {
				voucher(a).Takers[i].Key = false
			}
		}, "contention/voucher", []string{"duplicate check"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := unexplored(arch.Copy(whole, nil))
			c.edit(a)
			p := one(t, explore.Run(a, explore.Default).Protocols, c.protocol)
			if p.Explored.Verdict != "broken" || !slices.Equal(p.Explored.Missing, c.lacks) {
				t.Errorf("%s, missing %q, want %q", p.Explored, p.Explored.Missing, c.lacks)
			}
			mended := one(t, explore.Mend(a, explore.Default), c.protocol)
			var added []string
			for _, m := range mended.Mechanisms {
				if m.Added {
					added = append(added, m.Name)
				}
			}
			if mended.Explored.Verdict != "holds" || !slices.Equal(added, c.lacks) {
				t.Errorf("mended with %q: %s", added, mended.Explored)
			}
		})
	}
	t.Run("nothing is given back", func(t *testing.T) {
		a := unexplored(arch.Copy(whole, nil))
		for i := range voucher(a).Takers {
			voucher(a).Takers[i].GivesBack = false
		}
		a.Protocols = explore.Mend(a, explore.Default)
		p := one(t, a.Protocols, "contention/voucher")
		if p.Explored.Verdict != "broken" || len(p.Explored.Missing) > 0 {
			t.Errorf("%s, missing %q", p.Explored, p.Explored.Missing)
		}
		list := explore.Findings(a)
		if len(list) != 1 || list[0].Code != "explore.not-given-back" || list[0].Path != "use_cases.PlaceOrder" || !strings.Contains(list[0].Hint, "CancelOrder change Voucher") {
			t.Errorf("found %+v", list)
		}
	})
}

func one(t *testing.T, list []arch.Protocol, id string) *arch.Protocol {
	t.Helper()
	i := slices.IndexFunc(list, func(p arch.Protocol) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("there is no %s", id)
	}
	return &list[i]
}
