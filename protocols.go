package plumb

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/explore"
	"plumb.dev/plumb/fact"
)

// Exploration is what was visited of a design's protocols; see package explore.
type Exploration = explore.Report

// Explore visits the states of the design's protocols, with all mechanisms that the
// design has given them.
func (d *Design) Explore() Exploration {
	a := *d.Arch
	if a.Protocols == nil {
		a.Protocols = explore.Mend(d.Arch, explore.Default)
	}
	return explore.Run(&a, explore.Default)
}

// mend explores the protocols of the design, gives those that break what they lack,
// and returns what is left.
func (d *Design) mend() diag.List {
	d.Arch.Protocols, _ = remember(d, "protocols", d.Arch, func() ([]arch.Protocol, error) {
		return explore.Mend(d.Arch, explore.Default), nil
	})
	list := explore.Findings(d.Arch)
	for i := range list {
		list[i].Span = d.placeOf(fact.ID(list[i].Path))
	}
	return list
}

// placeOf is where a use case or an aggregate is written.
func (d *Design) placeOf(path fact.ID) diag.Span {
	for _, u := range d.Model.UseCases {
		if u.Path == path {
			return u.Span
		}
	}
	for _, a := range d.Model.Aggregates {
		if a.Path == path {
			return a.Span
		}
	}
	return diag.Span{}
}
