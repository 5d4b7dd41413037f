package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// SignOn is the provider of single sign-on (统一登录, OpenID Connect) for the accounts of one congress.
type SignOn struct {
	Issuer, Client, Secret string
	Congress               string // name
	Claim                  string // that holds an account's login
	Redirect               string // address of the callback, as the provider knows it

	mu       sync.Mutex
	provider *oidc.Provider
}

// Keys of the session while somebody is away at the provider, and after he has come back from there.
const (
	awayState, awayNonce, awayVerifier, awayNext = "signon-state", "signon-nonce", "signon-verifier", "signon-next"
	signedOnKey                                  = "signed-on"
)

// signOnPatience is how long the provider may take for an answer.
const signOnPatience = 10 * time.Second

// found asks the provider what it is the first time it answers; a provider that is away is asked again at the next try.
func (o *SignOn) found(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return o.provider, nil
	}
	lasting := oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: signOnPatience}) // its keys are fetched later, too
	p, err := oidc.NewProvider(lasting, o.Issuer)
	if err != nil {
		return nil, &schemas.Error{Code: "SignOnAway", Text: "统一登录暂时连不上，请稍后再试，或者用账号和密码登录", Cause: err}
	}
	o.provider = p
	return p, nil
}

func (o *SignOn) client(p *oidc.Provider) oauth2.Config {
	return oauth2.Config{ClientID: o.Client, ClientSecret: o.Secret, Endpoint: p.Endpoint(), RedirectURL: o.Redirect, Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// goSignOn sends somebody to the provider.
func (s *Server) goSignOn(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if s.SignOn == nil {
		s.unknownPage(w, r)
		return
	}
	p, err := s.SignOn.found(ctx)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	s.sessions.Put(ctx, awayState, state)
	s.sessions.Put(ctx, awayNonce, nonce)
	s.sessions.Put(ctx, awayVerifier, verifier)
	s.sessions.Put(ctx, awayNext, local(r.URL.Query().Get("next")))
	c := s.SignOn.client(p)
	http.Redirect(w, r, c.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), http.StatusSeeOther)
}

// signedOn takes somebody in who comes back from the provider. Each answer is taken once, and in the browser that asked.
func (s *Server) signedOn(w http.ResponseWriter, r *http.Request) {
	ctx, q := r.Context(), r.URL.Query()
	if s.SignOn == nil {
		s.unknownPage(w, r)
		return
	}
	state, nonce, verifier := s.sessions.PopString(ctx, awayState), s.sessions.PopString(ctx, awayNonce), s.sessions.PopString(ctx, awayVerifier)
	next := cmp.Or(s.sessions.PopString(ctx, awayNext), "/")
	if state == "" || q.Get("state") != state {
		s.fail(w, r, schemas.Refuse("SignOnFailed", "统一登录没有完成，请从登录页重新开始"))
		return
	}
	if code := q.Get("error"); code != "" {
		if !providerCodes.MatchString(code) {
			code = "unknown"
		}
		s.fail(w, r, schemas.Refuse("SignOnFailed", "统一登录没有完成（%s），请从登录页重新开始", code))
		return
	}
	login, err := s.SignOn.who(ctx, q.Get("code"), nonce, verifier)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a, err := s.accountSignedOn(ctx, login)
	if isRefusal(err, "NoAccount") {
		err = cmp.Or(s.recordFailure(r, login, "统一登录的账号没有开通"), err)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.admit(w, r, errand{Next: next}, a.ID, true)
}

// providerCodes are the error codes of OAuth 2; nothing else of what comes back is shown.
var providerCodes = regexp.MustCompile(`^[a-z_]{1,40}$`)

// who learns from the provider whose code it is. Codes: SignOnFailed, SignOnAway.
func (o *SignOn) who(ctx context.Context, code, nonce, verifier string) (login string, err error) {
	failed := func(cause error) error {
		return &schemas.Error{Code: "SignOnFailed", Text: "统一登录没有完成，请从登录页重新开始", Cause: cause}
	}
	p, err := o.found(ctx)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, &http.Client{Timeout: signOnPatience}), signOnPatience)
	defer cancel()
	c := o.client(p)
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return "", failed(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: o.Client}).Verify(ctx, raw)
	if err != nil {
		return "", failed(err)
	}
	if nonce == "" || id.Nonce != nonce {
		return "", failed(nil)
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return "", failed(err)
	}
	if login, _ = claims[o.Claim].(string); login == "" { // many providers tell it only on request
		info, err := p.UserInfo(ctx, c.TokenSource(ctx, token))
		if err != nil || info.Subject != id.Subject {
			return "", failed(err)
		}
		if err := info.Claims(&claims); err != nil {
			return "", failed(err)
		}
		login, _ = claims[o.Claim].(string)
	}
	if login = strings.TrimSpace(login); login == "" {
		return "", failed(nil)
	}
	return login, nil
}

// accountSignedOn finds the open account of that login in the congress of the provider. Code: NoAccount.
func (s *Server) accountSignedOn(ctx context.Context, login string) (a register.Account, err error) {
	all, err := s.Register.Congresses(ctx)
	if err != nil {
		return a, err
	}
	accounts, err := s.Register.AccountByLogin(ctx, login)
	if err != nil {
		return a, err
	}
	i := slices.IndexFunc(accounts, func(a register.Account) bool {
		return slices.ContainsFunc(all, func(c register.Congress) bool { return c.ID == a.Congress && c.Name == s.SignOn.Congress })
	})
	if i < 0 {
		return a, schemas.Refuse("NoAccount", "您已经通过统一登录，但在这里还没有账号；请联系系统管理员开通")
	}
	return accounts[i], nil
}
