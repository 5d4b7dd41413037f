package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	factorStep    = 30       // seconds (RFC 6238)
	factorIssuer  = "闭环"     // as the telephone names the account
	recoveryCodes = 10       // given with a second factor
	secretKey     = "secret" // in the session: a secret that is shown and not yet proved to have reached the telephone
	qrSide        = 240      // pixels
)

type (
	codePage struct {
		errand
		Problems problems
	}
	factorPage struct {
		errand
		Secret   string // in groups of four, to be typed
		Needed   bool   // a role of the person asks for it
		Problems problems
	}
	recoveryPage struct {
		errand
		Codes []string
	}
)

// showCode asks for the second factor.
func (s *Server) showCode(w http.ResponseWriter, r *http.Request) {
	if s.sessions.GetString(r.Context(), halfKey) == "" {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return
	}
	s.render(w, r, http.StatusOK, "code", codePage{errand: errand{Next: local(r.URL.Query().Get("next"))}})
}

// enterCode lets somebody in whose password was right before.
func (s *Server) enterCode(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	page := codePage{errand: postedErrand(r.PostForm)}
	id := s.sessions.GetString(ctx, halfKey)
	if id == "" {
		s.loginAgain(w, r, http.StatusUnauthorized, page.errand, "登录已经失效，请重新登录")
		return
	}
	a, err := s.Register.Halfway(ctx, id)
	if err == nil {
		err = s.secondFactor(ctx, a.ID, r.PostForm.Get("code"))
	}
	if err == nil {
		err = s.Register.Prove(ctx, id)
	}
	if err == nil {
		err = register.Away(s.sessions.RenewToken(ctx))
	}
	if err == nil {
		err = s.enter(r, a.ID, id)
	} else if isRefusal(err, "BadCode") || isRefusal(err, "TooManyFailures") {
		err = cmp.Or(s.recordFailure(r, a.Login, "二次验证没有通过"), err)
	}
	switch {
	case err == nil:
		s.sessions.Remove(ctx, halfKey)
		s.goOn(w, r, page.errand)
	case isRefusal(err, "BadCode"), isRefusal(err, "CodeNeeded"):
		page.Problems, _ = under("code", err)
		s.render(w, r, http.StatusUnprocessableEntity, "code", page)
	case isRefusal(err, "NotFound"), isRefusal(err, "TooManyFailures"):
		if err := s.Register.End(ctx, id); err != nil {
			s.fail(w, r, err)
			return
		}
		s.sessions.Remove(ctx, halfKey)
		status, said := http.StatusUnauthorized, "登录已经失效，请重新登录"
		if isRefusal(err, "TooManyFailures") {
			status, said = http.StatusTooManyRequests, "动态口令错误次数过多，请15分钟后再登录，或请安全管理员解锁"
		}
		s.loginAgain(w, r, status, page.errand, said)
	default:
		s.fail(w, r, err)
	}
}

func (s *Server) loginAgain(w http.ResponseWriter, r *http.Request, status int, e errand, said string) {
	s.renderLogin(w, r, status, loginPage{errand: e, Problems: problems{{"login", said}}})
}

// factorLogin is under which the failures of an account's second factor are counted.
func factorLogin(account string) string { return "code/" + account }

// secondFactor takes a code of the account's telephone, each once, or one of its recovery codes. A try counts before it is judged, so
// that tries side by side are no more than five. Codes: CodeNeeded, BadCode, TooManyFailures.
func (s *Server) secondFactor(ctx context.Context, account, code string) error {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "　", "").Replace(strings.TrimSpace(code)))
	if code == "" {
		return schemas.Refuse("CodeNeeded", "请填写动态口令")
	}
	if err := s.unlocked(ctx, factorLogin(account)); err != nil {
		return err
	}
	n, err := s.Register.Fail(ctx, factorLogin(account))
	if err != nil {
		return err
	}
	if n > register.FailuresAllowed {
		return schemas.Refuse("TooManyFailures", "动态口令错误次数过多，请15分钟后再试，或请安全管理员解锁")
	}
	f, err := s.Register.Factor(ctx, account)
	if err != nil {
		return err
	}
	var right bool
	if step := stepOf(f.Secret, code, time.Now()); step > 0 {
		right, err = s.Register.Accept(ctx, account, step)
	} else {
		right, err = s.Register.Recover(ctx, account, recoveryHash(code))
	}
	switch {
	case err != nil:
		return err
	case !right:
		return schemas.Refuse("BadCode", "动态口令不正确，或者已经用过；请用手机上当前显示的六位数字")
	}
	return s.Register.Forgive(ctx, factorLogin(account))
}

// stepOf is the time step whose code it is, one step of the clock's error allowed each way; 0: none.
func stepOf(secret, code string, now time.Time) int64 {
	for _, step := range []int64{now.Unix() / factorStep, now.Unix()/factorStep - 1, now.Unix()/factorStep + 1} {
		if want, err := hotp.GenerateCode(secret, uint64(step)); err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step
		}
	}
	return 0
}

// recoveryHash is how a recovery code is kept: its 80 bits need no slow hash.
func recoveryHash(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// newRecovery makes recovery codes, and their hashes.
func newRecovery() (codes, hashes []string) {
	for range recoveryCodes {
		code := rand.Text()[:16]
		codes = append(codes, strings.ToLower(grouped(code, "-")))
		hashes = append(hashes, recoveryHash(code))
	}
	return codes, hashes
}

// grouped divides a text that is to be typed into fours.
func grouped(text, by string) string {
	var parts []string
	for i := 0; i < len(text); i += 4 {
		parts = append(parts, text[i:min(i+4, len(text))])
	}
	return strings.Join(parts, by)
}

func (s *Server) showFactor(w http.ResponseWriter, r *http.Request) {
	s.renderFactor(w, r, http.StatusOK, errand{Next: local(r.URL.Query().Get("next"))}, nil)
}

// renderFactor shows the secret of this session's enrolment, the same until it succeeds: the telephone may have it already.
func (s *Server) renderFactor(w http.ResponseWriter, r *http.Request, status int, e errand, ps problems) {
	ctx, p := r.Context(), person(r.Context())
	secret := s.sessions.GetString(ctx, secretKey)
	if secret == "" {
		key, err := totp.Generate(totp.GenerateOpts{Issuer: factorIssuer, AccountName: p.Login})
		if err != nil {
			s.fail(w, r, err)
			return
		}
		secret = key.Secret()
		s.sessions.Put(ctx, secretKey, secret)
	}
	s.render(w, r, status, "factor", factorPage{errand: e, Secret: grouped(secret, " "), Needed: p.Owes() == "factor", Problems: ps})
}

// factorCode draws the secret for the telephone's camera.
func (s *Server) factorCode(w http.ResponseWriter, r *http.Request) {
	secret := s.sessions.GetString(r.Context(), secretKey)
	if secret == "" {
		s.unknownPage(w, r)
		return
	}
	address := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + factorIssuer + ":" + person(r.Context()).Login,
		RawQuery: url.Values{"secret": {secret}, "issuer": {factorIssuer}}.Encode()}
	key, err := otp.NewKeyFromURL(address.String())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	drawn, err := key.Image(qrSide, qrSide)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawn); err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = b.WriteTo(w)
}

// setFactor gives a person a second factor once a code proves that the telephone has the secret or, with do=drop, takes it away.
// Who has one already gives his password too: an open browser must not be enough to take it over.
func (s *Server) setFactor(w http.ResponseWriter, r *http.Request) {
	ctx, p := r.Context(), person(r.Context())
	if err := r.ParseForm(); err != nil {
		s.fail(w, r, badForm(err))
		return
	}
	e := postedErrand(r.PostForm)
	if p.Factor {
		if _, err := s.verify(r, loginForm{p.Login, r.PostForm.Get("password")}, p.Congress); err != nil {
			if isRefusal(err, "BadLogin") {
				err = schemas.Refuse("BadLogin", "密码不正确")
			}
			s.refuseFactor(w, r, e, "password", err)
			return
		}
	}
	if r.PostForm.Get("do") == "drop" {
		if err := s.Register.DropFactor(ctx, p.Congress, p.ID); err != nil {
			s.fail(w, r, err)
			return
		}
		s.sessions.Put(ctx, toldKey, "已解除动态口令。")
		http.Redirect(w, r, "/me", http.StatusSeeOther)
		return
	}
	secret := s.sessions.GetString(ctx, secretKey)
	step := stepOf(secret, strings.ReplaceAll(r.PostForm.Get("code"), " ", ""), time.Now())
	if secret == "" || step == 0 {
		s.refuseFactor(w, r, e, "code", schemas.Refuse("BadCode", "动态口令不正确：请用手机上当前显示的六位数字，并核对手机的时间是否准确"))
		return
	}
	codes, hashes := newRecovery()
	if err := s.Register.Enrol(ctx, p.ID, secret, step, hashes); err != nil {
		s.fail(w, r, err)
		return
	}
	s.sessions.Remove(ctx, secretKey)
	p.Factor = true
	s.render(w, r, http.StatusOK, "recovery", recoveryPage{e, codes})
}

func (s *Server) refuseFactor(w http.ResponseWriter, r *http.Request, e errand, field string, err error) {
	ps, err := under(field, err)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.renderFactor(w, r, http.StatusUnprocessableEntity, e, ps)
}
