package public

import (
	"context"
	"fmt"

	"curio/datasets/event"
)

// MOOCCubeX reads the course enrolments of XuetangX that Yu et al. published as
// "MOOCCubeX: A Large Knowledge-centered Repository for Adaptive Learning in
// MOOCs" (CIKM 2021), in the form knowledge-graph recommenders use them:
//
//	train.txt, test.txt   user item item ... (valid.txt too, if it is there)
//	user_list.txt         org_id remap_id gender, with this header
//	item_list.txt         org_id remap_id, with this header
//	kg_final.txt          head relation tail, optional
//
// The lists of pairs hold remap ids; the ids of the source are the org ids, and
// user_N and entity_N for numbers that no list names. The split is fixed.
//
// An enrolment is an event of type View without a time: it says that a user chose
// the course, not that anything was paid, watched or finished, and View is the
// weakest of what is true.
//
// Numbers past item_list.txt occur in the pairs; they are entities of the graph.
// They are accepted, and their items have Unlisted set. Listed items have the
// domain course. Gender is kept as the code the source gives, 1 or 2; 0 is taken
// as unknown.
//
// The graph gives tags r<relation>:<entity> to the items that are heads, for
// entities that at least two items share, at most 64 an item: those that most
// items share.
//
// Notes: out_of_catalogue_items, out_of_catalogue_interactions,
// out_of_list_users, duplicate_pairs, graph_triples, graph_tags_dropped (tags
// past the 64).
func MOOCCubeX(dir string) (event.Source, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return moocCubeX(f)
}

const (
	moocUsers  = "user_list.txt"
	moocItems  = "item_list.txt"
	moocGraph  = "kg_final.txt"
	moocWanted = "train.txt, test.txt, user_list.txt, item_list.txt, optionally valid.txt and kg_final.txt"
)

func moocCubeX(dir folder) (*source, error) {
	l, err := findLists(dir, "MOOCCubeX", moocWanted)
	if err != nil {
		return nil, err
	}
	if err := dir.need("MOOCCubeX", moocWanted, moocUsers, moocItems); err != nil {
		return nil, err
	}
	m := mooc{lists: l, notes: &notes{}}
	return &source{fixed: true, notes: m.notes, catalogue: m.catalogue, events: m.events}, nil
}

type mooc struct {
	lists lists
	*notes
}

// names reads both id lists.
func (m mooc) names(ctx context.Context, reject func(event.Reject)) (users, items *idList, err error) {
	if users, err = readIDs(ctx, m.lists.dir, moocUsers, "user", "user_id", reject); err != nil {
		return nil, nil, err
	}
	items, err = readIDs(ctx, m.lists.dir, moocItems, "entity", "item_id", reject)
	return users, items, err
}

func (m mooc) catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	users, items, err := m.names(ctx, reject)
	if err != nil {
		return nil, err
	}
	allUsers, allItems, err := m.lists.ids(ctx)
	if err != nil {
		return nil, err
	}
	var c event.Catalogue
	for _, u := range users.rows {
		c.Users = append(c.Users, event.User{ID: u.org, Gender: gender(u.extra)})
	}
	for _, n := range allUsers {
		if !users.has(n) {
			c.Users = append(c.Users, event.User{ID: users.name(n)})
		}
	}
	var numbers []int32 // of the items in c
	for _, i := range items.rows {
		c.Items = append(c.Items, event.Item{ID: i.org, Domain: "course"})
		numbers = append(numbers, i.number)
	}
	for _, n := range allItems {
		if !items.has(n) {
			c.Items = append(c.Items, event.Item{ID: items.name(n), Unlisted: true})
			numbers = append(numbers, n)
		}
	}
	m.set("out_of_list_users", len(c.Users)-len(users.rows))
	m.set("out_of_catalogue_items", len(c.Items)-len(items.rows))
	if m.lists.dir.has(moocGraph) {
		if err := m.tag(ctx, c.Items, numbers, reject); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// gender drops the code for unknown.
func gender(code string) string {
	if code == "0" {
		return ""
	}
	return code
}

func (m mooc) events(ctx context.Context, reject func(event.Reject), sink event.Sink) error {
	users, items, err := m.names(ctx, func(event.Reject) {})
	if err != nil {
		return err
	}
	var e event.Event
	outside := 0
	duplicates, err := m.lists.pairs(ctx, reject, func(u, i int32, part event.Part, at event.Place) error {
		if !items.has(i) {
			outside++
		}
		e = event.Event{Type: event.View, UserID: users.name(u), ItemID: items.name(i)}
		return sink(&e, part, at)
	})
	if err != nil {
		return err
	}
	m.set("out_of_catalogue_interactions", outside)
	m.set("duplicate_pairs", duplicates)
	return nil
}

func (m mooc) tag(ctx context.Context, items []event.Item, numbers []int32, reject func(event.Reject)) error {
	g, err := readGraph(ctx, m.lists.dir, moocGraph, numbers, reject)
	if err != nil {
		return fmt.Errorf("graph of %s: %w", m.lists.dir.name, err)
	}
	m.set("graph_triples", g.triples)
	m.set("graph_tags_dropped", g.tags(items))
	return nil
}
