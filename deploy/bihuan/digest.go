package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"bihuan/activities/register"
	"bihuan/schemas"
)

// digestCommand shows the digests of a morning to come, writing nothing; or counts those of a month that were written.
type digestCommand struct {
	Database string `name:"database" env:"DATABASE_URL" required:"" help:"登记簿（PostgreSQL）的地址"`
	Congress string `placeholder:"NAME" help:"哪个人大；只有一个时可以不写"`
	Day      string `default:"tomorrow" help:"哪一天：tomorrow（下一个工作日）或 2026-03-02、2026年3月2日；休息日顺延"`
	Account  string `placeholder:"LOGIN" help:"只看这个账号的，连同内容"`
	Counts   string `placeholder:"2026-03" help:"不预演，数这个月已经写出的晨报，每人每天几份"`
}

// Run prints them.
func (c *digestCommand) Run(ctx context.Context) error {
	reg, err := register.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer reg.Close()
	if err := reg.Ready(ctx); err != nil {
		return err
	}
	congress, err := c.congress(ctx, reg)
	if err != nil {
		return err
	}
	if c.Counts != "" {
		return c.count(ctx, reg, congress, os.Stdout)
	}
	return c.foresee(ctx, reg, congress, os.Stdout)
}

func (c *digestCommand) congress(ctx context.Context, reg *register.Register) (string, error) {
	if c.Congress != "" {
		found, err := congressNamed(ctx, reg, c.Congress)
		return found.ID, err
	}
	all, err := reg.Congresses(ctx)
	if err == nil && len(all) != 1 {
		err = schemas.Refuse("WhichCongress", "登记簿里有%d个人大，请用 --congress 说明是哪一个", len(all))
	}
	if err != nil {
		return "", err
	}
	return all[0].ID, nil
}

func (c *digestCommand) foresee(ctx context.Context, reg *register.Register, congress string, out io.Writer) error {
	from, err := reg.Now(ctx, congress)
	if err != nil {
		return err
	}
	if c.Day != "tomorrow" {
		day, err := time.ParseInLocation(time.DateOnly, c.Day, schemas.Shanghai)
		if err != nil {
			day, err = time.ParseInLocation("2006年1月2日", c.Day, schemas.Shanghai)
		}
		if err != nil {
			return schemas.Refuse("BadDate", "日期“%s”无法识别，请写 2026-03-02 或 2026年3月2日", c.Day)
		}
		if day.Before(schemas.DayOf(from)) {
			return schemas.Refuse("BadDate", "%s已经过去，不能预演；已经写出的用 --counts 数", schemas.ZhDate(day))
		}
		from = day
	}
	account := ""
	if c.Account != "" {
		found, err := reg.AccountByLogin(ctx, c.Account)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(found, func(a register.Account) bool { return a.Congress == congress })
		if i < 0 {
			return schemas.Refuse("NotFound", "没有账号“%s”", c.Account)
		}
		account = found[i].ID
	}
	nine, all, err := reg.Foresee(ctx, congress, from, account)
	if err != nil {
		return err
	}
	wanted := 0
	for _, f := range all {
		if f.Wants {
			wanted++
		}
	}
	fmt.Fprintf(out, "%s早上九点，按现在的情况会有 %d 份晨报（预演，没有写出）\n", schemas.ZhDay(nine), wanted)
	for _, f := range all {
		off := map[bool]string{false: "（不收晨报）"}[f.Wants]
		fmt.Fprintf(out, "%s%s：%s\n", f.Name, off, f.Content.Summary())
		if account == "" {
			continue
		}
		for _, p := range f.Content.Parts() {
			fmt.Fprintf(out, "\n【%s】%d件\n", p.Heading, len(p.Lines))
			for i, l := range p.Lines {
				fmt.Fprintf(out, "%d. %s，%s\n   %s（%s）\n", i+1, l.What(), l.When(p.Code), l.Title, l.Number)
				for _, before := range l.Before {
					fmt.Fprintf(out, "   · %s\n", before)
				}
			}
		}
	}
	return nil
}

// count prints how many digests each person had on each day of a month. More than one stands for a fault.
func (c *digestCommand) count(ctx context.Context, reg *register.Register, congress string, out io.Writer) error {
	month, err := time.ParseInLocation("2006-01", c.Counts, schemas.Shanghai)
	if err != nil {
		return schemas.Refuse("BadDate", "月份“%s”无法识别，请写 2026-03", c.Counts)
	}
	calendar, err := reg.CurrentCalendar(ctx, congress)
	if err != nil {
		return err
	}
	counts, err := reg.DigestCounts(ctx, congress, month, month.AddDate(0, 1, 0))
	if err != nil {
		return err
	}
	n, total, names := map[string]int{}, map[string]int{}, []string{}
	most, notices, resting := 0, 0, 0
	for _, d := range counts {
		key := d.AccountName + "\t" + d.Account
		if !slices.Contains(names, key) {
			names = append(names, key)
		}
		n[key+d.Day] += d.N
		total[key] += d.N
		most, notices = max(most, n[key+d.Day]), notices+d.Notices
		if day, err := time.ParseInLocation(time.DateOnly, d.Day, schemas.Shanghai); err == nil && !calendar.Works(day) {
			resting += d.N
		}
	}
	slices.Sort(names)
	fmt.Fprintf(out, "%s（·：没有要说的；空：休息日）\n", month.Format("2006年1月"))
	var days []time.Time
	for day := month; day.Month() == month.Month(); day = day.AddDate(0, 0, 1) {
		days = append(days, day)
		fmt.Fprintf(out, "%3d", day.Day())
	}
	fmt.Fprintln(out, "  合计")
	for _, key := range names {
		for _, day := range days {
			switch k := n[key+day.Format(time.DateOnly)]; {
			case k > 0:
				fmt.Fprintf(out, "%3d", k)
			case calendar.Works(day):
				fmt.Fprint(out, "  ·")
			default:
				fmt.Fprint(out, "   ")
			}
		}
		name, _, _ := strings.Cut(key, "\t")
		fmt.Fprintf(out, "  %4d %s\n", total[key], name)
	}
	fmt.Fprintf(out, "%d人，%d份，带走%d条通知；一人一天最多%d份，休息日%d份\n", len(names), len(counts), notices, most, resting)
	if most > 1 || resting > 0 {
		return fmt.Errorf("有人一天不止一份，或者休息日也有，见上")
	}
	return nil
}
