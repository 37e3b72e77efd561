package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"

	"curio/serve/recommend"
	"curio/serve/servetest"
)

// rendered is a request as it goes over the wire.
func rendered(method, path string, body any) ([]byte, error) {
	if body == nil {
		return []byte(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), nil
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", method, path, len(data))
	return append([]byte(head), data...), nil
}

func known(user string) []byte {
	b, _ := rendered("GET", "/v1/users/"+user+"/recommendations", nil)
	return b
}

// draws returns n requests of users who are drawn uniformly.
func (m ServeModel) draws(n int, seed uint64) [][]byte {
	random := rand.New(rand.NewPCG(seed, 5))
	out := make([][]byte, n)
	for i := range out {
		out[i] = known(m.user(random.IntN(m.Users)))
	}
	return out
}

// everyone returns one request of each user, in an order that is drawn.
func (m ServeModel) everyone(seed uint64) [][]byte {
	out := make([][]byte, m.Users)
	for i, u := range rand.New(rand.NewPCG(seed, 6)).Perm(m.Users) {
		out[i] = known(m.user(u))
	}
	return out
}

// lengths are those that questions differ in, 10 on average.
const leastLength, mostLength = 6, 14

// differing returns n requests for lists of 10 items on average of which no two are
// alike, although there may be fewer users: they differ in length and offset.
func (m ServeModel) differing(n int, seed uint64) [][]byte {
	users := rand.New(rand.NewPCG(seed, 8)).Perm(m.Users)
	out := make([][]byte, n)
	for i := range out {
		turn := i / m.Users
		length := leastLength + turn%(mostLength-leastLength+1)
		offset := turn / (mostLength - leastLength + 1)
		out[i], _ = rendered("GET", fmt.Sprintf("/v1/users/%s/recommendations?n=%d&offset=%d", m.user(users[i%m.Users]), length, offset), nil)
	}
	return out
}

// freshBody is a question that nobody asked before.
type freshBody struct {
	User     string       `json:"user_id"`
	N        int          `json:"n"`
	Events   []freshEvent `json:"events"`
	Category string       `json:"category,omitempty"`
	PriceMax float64      `json:"price_max,omitempty"`
	Exclude  []string     `json:"exclude"`
}

type freshEvent struct {
	Item    string  `json:"item_id"`
	Type    string  `json:"type"`
	Seconds float64 `json:"seconds,omitempty"`
}

// The parts of a question.
const (
	freshEvents   = 5
	freshExcluded = 10
)

// fresh returns n requests of which no two are alike: a user, a session, a category or a
// price, in turn, and exclusions.
func (m ServeModel) fresh(n int, seed uint64) ([][]byte, error) {
	random := rand.New(rand.NewPCG(seed, 7))
	out := make([][]byte, n)
	for i := range out {
		q := freshBody{User: m.user(random.IntN(m.Users)), N: 10}
		for e := range freshEvents {
			one := freshEvent{Item: m.item(random.IntN(m.Items)), Type: "view"}
			if e%2 == 1 {
				one.Type, one.Seconds = "watch", float64(random.IntN(3600))
			}
			q.Events = append(q.Events, one)
		}
		for range freshExcluded {
			q.Exclude = append(q.Exclude, m.item(random.IntN(m.Items)))
		}
		if i%2 == 0 {
			q.Category = servetest.Categories[random.IntN(len(servetest.Categories))]
		} else {
			q.PriceMax = float64(20 + random.IntN(60)) // of 0..100
		}
		var err error
		if out[i], err = rendered("POST", "/v1/recommendations", q); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// answered is what an answer has to say to be one.
type answered struct {
	Version  string `json:"model_version"`
	Strategy string `json:"strategy"`
	Items    []struct {
		ID    string `json:"item_id"`
		Title string `json:"title"`
	} `json:"items"`
}

var errThin = errors.New("the answer has no version, no items or another strategy")

// checkAnswer returns a check that an answer was found in a way, and is not empty.
func checkAnswer(strategy string) func([]byte) error {
	return func(body []byte) error {
		var a answered
		if err := json.Unmarshal(body, &a); err != nil {
			return err
		}
		if a.Version == "" || a.Strategy != strategy || len(a.Items) == 0 {
			return fmt.Errorf("%w: %.300s", errThin, body)
		}
		return nil
	}
}

var (
	checkKnown = checkAnswer(recommend.StrategyInterest)
	checkFresh = checkAnswer(recommend.StrategySession)
)

// mixture returns n requests of several kinds, whose answers all have titles of items:
// what is remembered, what is fresh, similar items, and now and then explanations, which
// take a hundred times as long.
func (m ServeModel) mixture(n int, seed uint64) ([][]byte, error) {
	out := m.draws(n, seed)
	fresh, err := m.fresh(n, seed)
	if err != nil {
		return nil, err
	}
	for i := range out {
		switch {
		case i%500 == 0:
			out[i], err = rendered("GET", "/v1/users/"+m.user(i*7)+"/recommendations?explain=true&n=3", nil)
		case i%4 == 1:
			out[i] = fresh[i]
		case i%4 == 3:
			out[i], err = rendered("GET", "/v1/items/"+m.item(i*13)+"/similar", nil)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
