// Package masthead prints what every contract says of its owner: whom to ask, under
// which terms it may be used, under which domain its names stand.
//
// Contract validators demand these. Where the system does not say them they follow
// from its name, under the top-level domain that RFC 2606 keeps free of real hosts.
package masthead

import (
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
)

// Domain is the internet domain of the system's names.
func Domain(s arch.System) string {
	if s.Domain == "" {
		return s.Slug + ".example"
	}
	return s.Domain
}

// Contact is whom to ask about a contract: the team of its context where there is
// one, by the system's address.
func Contact(a *arch.Arch, context arch.ContextID) *tree.Map {
	c := a.System.Contact
	if c.Name == "" {
		c.Name = a.System.Name
	}
	for i := range a.Contexts {
		if a.Contexts[i].ID == context && a.Contexts[i].Team != "" {
			c.Name = fmt.Sprintf("Team %s of %s", a.Contexts[i].Team, a.System.Name)
		}
	}
	if c.URL == "" {
		c.URL = "https://" + Domain(a.System)
	}
	if c.Email == "" {
		c.Email = "api@" + Domain(a.System)
	}
	return tree.Of("name", c.Name, "url", c.URL, "email", c.Email)
}

// Licence is under which terms a contract may be used. An SPDX identifier is printed
// for formats that know one.
func Licence(s arch.System, identifiers bool) *tree.Map {
	l := s.Licence
	if l.Name == "" {
		l = arch.Licence{Name: "All rights reserved by " + s.Name}
	}
	switch {
	case l.URL == "" && l.Identifier != "" && identifiers:
		return tree.Of("name", l.Name, "identifier", l.Identifier)
	case l.URL == "" && l.Identifier != "":
		l.URL = "https://spdx.org/licenses/" + l.Identifier + ".html"
	case l.URL == "":
		l.URL = "https://" + Domain(s) + "/licence"
	}
	return tree.Of("name", l.Name, "url", l.URL)
}
