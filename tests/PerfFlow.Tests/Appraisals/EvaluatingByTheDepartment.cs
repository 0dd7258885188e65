using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Appraisals;

/// <summary>部门评价: the education bureau proposes and reports, section and performance section confirm.</summary>
public sealed class EvaluatingByTheDepartment(PostgresServer postgres) : IAsyncLifetime
{
    private AppraisalDesk desk = null!;

    public async ValueTask InitializeAsync() => desk = await AppraisalDesk.OpenAsync(postgres, "department-evaluation");

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task PlanConfirmedAndReportReturnedOnce_EndsWithTheGradeComputed()
    {
        await desk.FileAsync("education", Planned);
        await desk.DecidedAsync("culture", "Return");
        Assert.Equal("评价经费较大。", (await desk.SeenByAsync("education")).Form["plan.reason"]);
        await desk.FileAsync("education", Planned);
        await desk.DecidedAsync("culture", "Approve");

        await desk.FileAsync("education", form => Scored(form, 0), "report");
        await desk.DecidedAsync("performance", "Return");
        await desk.FileAsync("education", form => Scored(form, 3), "report");
        await desk.DecidedAsync("performance", "Approve");

        var filing = await desk.SeenByAsync("performance");
        var last = FilingCase.Read(filing.AllRounds[^1]);
        Assert.Equal(CaseStates.Approved, (await desk.StateAsync()).State);
        Assert.Equal(97, last.Number(ScoreTable.Total));
        Assert.Equal("优", last[ScoreTable.Grade]);
        Assert.Equal(468, last.Amount);
        Assert.Equal("完善考核办法。", Assert.Single(last.Rows(AppraisalFields.Problems))["demand"]);
    }

    [Fact]
    public async Task ScoresOfTheReport_AreChecked()
    {
        await desk.FileAsync("education", Planned);
        await desk.DecidedAsync("culture", "Approve");
        await desk.SaveAsync("education", form =>
        {
            var rows = form.Rows(ScoreTable.Table).Select(r => r.With("score", r["weight"])).ToList();
            rows[0] = rows[0].With("score", "9");
            rows[1] = rows[1].With("score", "1");
            rows[^1] = rows[^1].With("dimension", "decision").With("score", "10");
            rows[^2] = rows[^2].With("weight", "21").With("score", "20");
            return Said(form.WithRows(ScoreTable.Table, rows));
        });

        Assert.Equal(["PF01", "PF02", "PF03", "PF04", "WZ01"], await desk.FoundAsync("education"));
        NoticeOffice.Refused("checks-failed", await desk.SubmitAsync("education"));
    }

    [Fact]
    public async Task TotalThatIsTyped_IsComputedInstead()
    {
        await desk.FileAsync("education", Planned);
        await desk.DecidedAsync("culture", "Approve");
        var kept = await desk.SaveAsync("education", form => Scored(form, 45).With(ScoreTable.Total, "100").With(ScoreTable.Grade, "优"));

        Assert.Equal(("55", "差"), (kept[ScoreTable.Total], kept[ScoreTable.Grade]));
    }

    internal static FormContent Planned(FormContent form) =>
        form.With("plan.organised", "own").With("plan.from", "2023-10-10").With("plan.until", "2023-11-30").With("plan.reason", "评价经费较大。").With("plan.method", "成本效益分析、公众评判。");

    internal static FormContent Said(FormContent form) => form.With("appraisal.conclusion", "目标基本完成。").With("appraisal.proposals", "建议继续安排。")
        .WithRows(AppraisalFields.Problems, [new FormRow("1", new Dictionary<string, string>(StringComparer.Ordinal) { ["text"] = "考核结果未与付款挂钩。", ["demand"] = "完善考核办法。" })]);

    /// <summary>Full points but for the last rows, which lose <paramref name="lost"/> together.</summary>
    internal static FormContent Scored(FormContent form, decimal lost)
    {
        var rows = form.Rows(ScoreTable.Table).Select(r => r.With("score", r["weight"])).ToList();
        for (var i = rows.Count - 1; i >= 0 && lost > 0; i--)
        {
            var weight = rows[i].Number("weight")!.Value;
            var taken = Math.Min(weight, lost);
            rows[i] = rows[i].With("score", (weight - taken).ToString(System.Globalization.CultureInfo.InvariantCulture)).With("note", "台账不全。");
            lost -= taken;
        }

        return Said(form.WithRows(ScoreTable.Table, rows));
    }
}
