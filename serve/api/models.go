package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/artifacts/store"
	"curio/serve/guard"
	"curio/serve/live"
)

// Registry is what of the registry can be seen and changed over HTTP.
// *registry.Registry is one; errors are as documented there.
type Registry interface {
	Inventory(ctx context.Context) ([]registry.Entry, error)
	Entry(ctx context.Context, version string) (*registry.Entry, error)
	Resolve(ctx context.Context, alias string) (registry.Pointer, error)
	Move(ctx context.Context, alias, version, from, by, why string) error
}

// StoredModel is one version of the registry.
type StoredModel struct {
	Version  string    `json:"version"`
	StoredAt time.Time `json:"stored_at"`
	Bytes    int64     `json:"bytes"`
	Kind     string    `json:"kind,omitempty"`
	Parent   string    `json:"parent,omitempty" doc:"The version before it in its lineage."`
	Aliases  []string  `json:"aliases" doc:"Those that name it."`
	Signers  []string  `json:"signers,omitempty" doc:"Ids of the keys that signed it; the signatures were not checked."`
	Serving  bool      `json:"serving" doc:"It is the one that answers here."`
	Damage   string    `json:"damage,omitempty" doc:"Why its manifest cannot be read."`
}

// StoredModels is the answer of GET /v1/models, newest first.
type StoredModels struct {
	Envelope
	Models []StoredModel `json:"models"`
}

// StoredModelDetails is the answer of GET /v1/models/{version}.
type StoredModelDetails struct {
	Envelope
	StoredModel
	Dataset json.RawMessage `json:"dataset,omitempty"`
	Config  json.RawMessage `json:"config,omitempty"`
	Metrics json.RawMessage `json:"metrics,omitempty"`
}

// VersionInput is the input of GET /v1/models/{version}.
type VersionInput struct {
	Version string `path:"version" doc:"A version: 16 hexadecimal digits."`
}

// inventoryAge is how old the list of versions may be: the store is not read for
// every request.
const inventoryAge = 2 * time.Second

// inventory remembers the list of versions for inventoryAge.
type inventory struct {
	mu      sync.Mutex // guards the rest; held while the store is read
	entries []registry.Entry
	at      time.Time
}

func (i *inventory) list(ctx context.Context, r Registry, now time.Time) ([]registry.Entry, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.at.IsZero() || now.Sub(i.at) >= inventoryAge {
		entries, err := r.Inventory(ctx)
		if err != nil {
			return nil, err
		}
		i.entries, i.at = entries, now
	}
	return i.entries, nil
}

func (a *API) listModels(k *call, _ *Nothing) (*StoredModels, *Problem) {
	entries, err := a.inventory.list(k.request.Context(), a.o.Registry, k.began)
	if err != nil {
		return nil, a.storeProblem(k, err)
	}
	out := &StoredModels{Models: make([]StoredModel, len(entries))}
	for i := range entries {
		out.Models[i] = k.stored(&entries[i])
	}
	return out, nil
}

func (a *API) showVersion(k *call, in *VersionInput) (*StoredModelDetails, *Problem) {
	entry, err := a.o.Registry.Entry(k.request.Context(), in.Version)
	if err != nil {
		return nil, a.storeProblem(k, err)
	}
	out := &StoredModelDetails{StoredModel: k.stored(entry)}
	if m := entry.Manifest; m != nil {
		out.Dataset, out.Config, out.Metrics = m.Dataset, m.Config, m.Metrics
	}
	return out, nil
}

func (k *call) stored(e *registry.Entry) StoredModel {
	m := StoredModel{
		Version: e.Version, StoredAt: e.Stored.UTC(), Bytes: e.Size(), Aliases: append([]string{}, e.Aliases...),
		Serving: k.model != nil && k.model.Pointer.Version == e.Version,
	}
	for _, s := range e.Signatures {
		m.Signers = append(m.Signers, s.Key)
	}
	if e.Manifest != nil {
		m.Kind, m.Parent = e.Manifest.Model, e.Manifest.Parent
	}
	if e.Err != nil {
		m.Damage = e.Err.Error()
	}
	return m
}

// AliasInput is the input of PUT /v1/aliases/{alias}.
type AliasInput struct {
	Alias string    `path:"alias" doc:"Name of an alias."`
	Body  AliasBody `body:"true"`
}

// AliasBody says where an alias is moved.
type AliasBody struct {
	Version  string `json:"version,omitempty" maxLength:"16" doc:"Version that the alias is to name: 16 hexadecimal digits."`
	Rollback bool   `json:"rollback,omitempty" doc:"Move it back to the version it named before its last move."`
	From     string `json:"from,omitempty" maxLength:"16" doc:"Version that the alias must name now, else it is not moved."`
	Why      string `json:"why,omitempty" maxLength:"1024" doc:"For the history of the alias."`
}

func (b *AliasBody) check(s source) {
	if b.Rollback == s.given("version") {
		s.fault("", CodeMissing, "give version or rollback, and not both")
	}
}

// Alias is the answer of PUT /v1/aliases/{alias}: where it is now.
type Alias struct {
	Envelope
	Alias   string    `json:"alias"`
	Version string    `json:"version"`
	From    string    `json:"from,omitempty" doc:"The version before."`
	Created bool      `json:"created" doc:"The alias did not exist before."`
	MovedAt time.Time `json:"moved_at"`
	MovedBy string    `json:"moved_by,omitempty"`
	Why     string    `json:"why,omitempty"`
}

// moveAlias answers PUT /v1/aliases/{alias}.
func (a *API) moveAlias(k *call, in *AliasInput) (*Alias, *Problem) {
	ctx, r := k.request.Context(), a.o.Registry
	if err := registry.CheckAlias(in.Alias); err != nil {
		k.faults.add(Fault{In: "path", Name: "alias", Code: CodeInvalid, Detail: err.Error()})
		return nil, k.faults.problem()
	}
	version, from, why := in.Body.Version, in.Body.From, in.Body.Why
	if in.Body.Rollback {
		now, err := r.Resolve(ctx, in.Alias)
		switch {
		case err != nil:
			return nil, a.storeProblem(k, err)
		case now.From == "":
			return nil, problem(http.StatusConflict, "no_version_before", "the alias has been at no other version")
		case from != "" && from != now.Version:
			return nil, movedProblem(now.Version)
		}
		version, from = now.From, now.Version
		if why == "" {
			why = "rollback of " + now.Version
		}
	}
	if err := r.Move(ctx, in.Alias, version, from, mover(ctx), why); err != nil {
		return nil, a.storeProblem(k, err)
	}
	p, err := r.Resolve(ctx, in.Alias)
	if err != nil {
		return nil, a.storeProblem(k, err)
	}
	a.o.Log.Info("alias moved", "request_id", k.id, "alias", p.Alias, "version", p.Version, "from", p.From, "by", p.By)
	return &Alias{Alias: p.Alias, Version: p.Version, From: p.From, Created: p.From == "", MovedAt: p.Moved.UTC(), MovedBy: p.By, Why: p.Why}, nil
}

// mover names who moves an alias, for its history.
func mover(ctx context.Context) string {
	if c := guard.CallerOf(ctx); c.Key != "" {
		return "key " + c.Key
	}
	return "api"
}

func movedProblem(version string) *Problem {
	return problem(http.StatusConflict, "alias_moved", "the alias names %s and was not moved", version)
}

// storeProblem says why the registry did not do what it was asked for.
func (a *API) storeProblem(k *call, err error) *Problem {
	var at string
	switch {
	case errors.Is(err, registry.ErrMoved):
		return problem(http.StatusConflict, "alias_moved", "the alias is not at the version that the move was to start from, and was not moved")
	case errors.Is(err, store.ErrNotFound):
		return problem(http.StatusNotFound, "not_stored", "there is no such version or alias in the store")
	case errors.Is(err, registry.ErrName):
		return problem(http.StatusNotFound, "not_stored", "that is no name of a version or an alias")
	case errors.Is(err, signature.ErrUntrusted):
		return problem(http.StatusConflict, "not_trusted", "the version is not signed as this server asks for")
	case store.Unavailable(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		at = "the store cannot be reached"
	default:
		at = "the store holds something that cannot be used"
	}
	a.o.Log.Warn("registry", "request_id", k.id, "error", err)
	return problem(http.StatusServiceUnavailable, "store_unavailable", "%s; the log has the reason by the request id", at)
}

// Reloaded is the answer of POST /v1/model:reload.
type Reloaded struct {
	Envelope
	Result     live.Result `json:"result" doc:"How the look at the alias ended: unchanged, swapped, refused, waiting, absent, unavailable."`
	Challenger live.Result `json:"challenger_result,omitempty" doc:"Likewise of the challenger's alias."`
	Version    string      `json:"version,omitempty" doc:"That is served now."`
	Follow     Follow      `json:"follow"`
}

// reloadModel answers POST /v1/model:reload.
func (a *API) reloadModel(k *call, _ *Nothing) (*Reloaded, *Problem) {
	out := &Reloaded{}
	out.Result, out.Challenger = a.o.Models.Step(k.request.Context())
	out.Follow = follow(a.o.Models.Status())
	if m := a.o.Models.Current(); m != nil {
		out.Version = m.Pointer.Version
	}
	return out, nil
}
