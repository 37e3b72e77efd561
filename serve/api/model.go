package api

import (
	"encoding/json"
	"time"

	"curio/serve/live"
)

// Model is the answer of GET /v1/model.
type Model struct {
	Envelope
	Model  *ModelInfo `json:"model,omitempty" doc:"Absent until one is loaded."`
	Follow Follow     `json:"follow"`

	Challenger *Challenger `json:"challenger,omitempty" doc:"The model that some users are answered by instead."`
}

// Challenger is the other model of an experiment.
type Challenger struct {
	Model  *ModelInfo `json:"model,omitempty" doc:"Absent until one is loaded."`
	Follow Follow     `json:"follow"`
}

// ModelInfo describes the model in service.
type ModelInfo struct {
	Version    string          `json:"version"`
	Kind       string          `json:"kind"`
	Users      int             `json:"users"`
	Items      int             `json:"items"`
	Dim        int             `json:"embedding_size"`
	Scores     string          `json:"score_kind"` // of its recommendations: probability or logit
	Segments   int             `json:"segments"`
	AsOf       *time.Time      `json:"as_of,omitempty"`            // latest event the model knows
	Key        string          `json:"pseudonym_key_id,omitempty"` // of its users' pseudonyms
	MovedAt    time.Time       `json:"moved_at"`                   // when the alias was moved to it
	MovedBy    string          `json:"moved_by,omitempty"`
	Why        string          `json:"why,omitempty"`
	LoadedAt   time.Time       `json:"loaded_at"`
	LoadMS     float64         `json:"load_ms"`
	AgeSeconds float64         `json:"age_seconds"` // since the alias was moved
	Dataset    json.RawMessage `json:"dataset,omitempty"`
	Config     json.RawMessage `json:"config,omitempty"`
	Metrics    json.RawMessage `json:"metrics,omitempty"`
}

// Follow says how following the alias goes.
type Follow struct {
	Alias    string                 `json:"alias,omitempty"`
	Pin      string                 `json:"pin,omitempty" doc:"The version that is stayed with; then no alias is followed."`
	Source   live.Source            `json:"source,omitempty" doc:"Who named the model in service: store, or cache when the store was not reached since the start."`
	LastLook *time.Time             `json:"last_look,omitempty"`
	Result   live.Result            `json:"result,omitempty"` // of the last look
	Error    string                 `json:"error,omitempty"`
	Refused  *Refused               `json:"refused,omitempty"` // the artifact the alias names, while it is refused
	Looks    map[live.Result]uint64 `json:"looks"`             // how all looks ended
}

// Refused is an artifact that is not served, and why.
type Refused struct {
	Version string    `json:"version"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
	Tries   int       `json:"tries"`
}

func (a *API) showModel(k *call, _ *Nothing) (*Model, *Problem) {
	m := &Model{Follow: follow(a.o.Models.Status())}
	if k.model != nil {
		m.Model = a.describeModel(k.model)
	}
	if other, status, ok := a.o.Models.Challenger(); ok {
		m.Challenger = &Challenger{Follow: follow(status)}
		if other != nil {
			m.Challenger.Model = a.describeModel(other)
		}
	}
	return m, nil
}

func (a *API) describeModel(m *live.Model) *ModelInfo {
	manifest := m.Engine.Manifest()
	return &ModelInfo{
		Version: m.Pointer.Version, Kind: manifest.Model, Key: manifest.PseudonymKey,
		Users: m.Engine.Users(), Items: m.Engine.Items(), Dim: m.Engine.Dim(), Scores: m.Engine.Scores(), Segments: len(m.Engine.Segments()),
		MovedAt: m.Pointer.Moved.UTC(), MovedBy: m.Pointer.By, Why: m.Pointer.Why,
		LoadedAt: m.LoadedAt.UTC(), LoadMS: milliseconds(m.Took), AgeSeconds: a.o.Clock().Sub(m.Pointer.Moved).Seconds(),
		Dataset: manifest.Dataset, Config: manifest.Config, Metrics: manifest.Metrics,
		AsOf: timeOf(m.Engine.AsOf()),
	}
}

func follow(s live.Status) Follow {
	f := Follow{Alias: s.Alias, Pin: s.Pin, Source: s.Source, Result: s.Last, Error: s.Error, Looks: s.Counts}
	if !s.LastLook.IsZero() {
		t := s.LastLook.UTC()
		f.LastLook = &t
	}
	if r := s.Refusal; r != nil {
		f.Refused = &Refused{Version: r.Pointer.Version, Reason: r.Reason, At: r.At.UTC(), Tries: r.Tries}
	}
	return f
}
