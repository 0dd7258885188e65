using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Rectification;

/// <summary>待下达: what an ended case says last decides whether it waits for an order to rectify.</summary>
public sealed class WaitingForAnOrder(PostgresServer postgres) : IAsyncLifetime
{
    private RectificationOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => office = await RectificationOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 0, false)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0, false)]
    public async Task SpotCheck_WaitsByItsSettlementAlone(int scored, int settled, bool waits)
    {
        var id = await EndedAsync(
            "spot-check", ("Submit", null), ("Submit", With("spot-check-score", scored)), ("Approve", null), ("Submit", null), ("Submit", With("spot-check-settlement", settled)));
        await WaitsAsync(id, waits);
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(0, 1, true)]
    public async Task DepartmentEvaluation_WaitsByItsLastRound(int first, int last, bool waits)
    {
        var id = await EndedAsync(
            "department-evaluation", ("Submit", null), ("Approve", null), ("Submit", With("department-evaluation", first)), ("Return", null), ("Submit", With("department-evaluation", last)), ("Approve", null));
        await WaitsAsync(id, waits);
    }

    [Theory]
    [InlineData("Rectify", "yes", true, 1)]
    [InlineData("Rectify", "no", true, 0)]
    [InlineData("Approve", "yes", false, 0)]
    public async Task Monitoring_WaitsByTheConclusion_AndOffersTheProblemsThatNeedIt(string conclusion, string needed, bool waits, int problems)
    {
        var layout = FilingKinds.Get("monitoring").Layout;
        var form = FormContent.Empty(layout).WithRows(Findings.Table, [Row("1", ("text", "支付进度偏慢"), (Findings.NeededColumn, needed), ("demand", "年底前完成支付"))]);
        var id = await EndedAsync("monitoring", ("Submit", form), (conclusion, null));
        await WaitsAsync(id, waits);
        if (waits)
        {
            var pending = (await office.App.Get<RectificationList>().RunAsync(await office.AsAsync("performance"), RectificationList.Pending, null, Ct)).Pending;
            Assert.Equal(problems, pending.Single(p => p.CaseId == id).Problems);
        }
    }

    [Fact]
    public async Task FormsThatTheViewReads_AreThoseWithSuchATable()
    {
        await using var db = office.App.Db();
        var view = await db.Database.SqlQuery<string>($"""select pg_get_viewdef('platform.rectification_origins'::regclass) as "Value" """).SingleAsync(Ct);
        var asked = FilingKinds.All.Where(k => k.Layout.Table(Findings.Table) is not null && k.Code != "monitoring").Select(k => k.Code).Order(StringComparer.Ordinal);
        var read = System.Text.RegularExpressions.Regex.Match(view, @"form_code = ANY \(ARRAY\[(?<codes>.*?)\]\)", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["codes"].Value;
        Assert.Equal(asked, read.Split(", ").Select(code => code.Replace("::text", "", StringComparison.Ordinal).Trim('\'')).Order(StringComparer.Ordinal));
    }

    private async Task WaitsAsync(long id, bool waits)
    {
        await using var db = office.App.Db();
        Assert.Equal(waits, await db.RectificationOrigins.AnyAsync(o => o.CaseId == id, Ct));
    }

    private static FormContent With(string form, int problems) => FormContent.Empty(FilingKinds.Get(form).Layout)
        .WithRows(Findings.Table, [.. Enumerable.Range(1, problems).Select(n => Row(FormValue.Write(n), ("text", "台账缺失"), ("demand", "补建台账")))]);

    private static FormRow Row(string id, params (string Column, string Text)[] cells) => new(id, cells.ToDictionary(c => c.Column, c => c.Text, StringComparer.Ordinal));

    /// <summary>A case of the health project, taken through its steps by the runner; each step may hand in a form.</summary>
    private async Task<long> EndedAsync(string definition, params (string Outcome, FormContent? Form)[] steps)
    {
        var (runner, project, due) = (office.App.Get<WorkflowRunner>(), office.County.HealthProject, NoticeOffice.Monday.AddDays(9));
        var started = await runner.RunAsync(
            new CaseCommand
            {
                Id = office.Command(),
                CaseId = (await runner.NewCaseIdsAsync(1, Ct))[0],
                Act = new Act.Start(Facts.Of(("due", due))),
                Actor = Actor.Platform,
                Seed = new CaseSeed
                {
                    DefinitionId = definition, RegionId = project.RegionId, OriginId = office.Origin, UnitId = project.UnitId, DepartmentId = project.DepartmentId, SectionId = project.SectionId, ObjectId = project.Id,
                },
            },
            Ct);
        NoticeOffice.Done(started);
        foreach (var ((outcome, form), n) in steps.Select((s, n) => (s, n + 1)))
        {
            var state = await office.StateAsync(started.Value.CaseId);
            NoticeOffice.Done(await runner.RunAsync(
                new CaseCommand
                {
                    Id = office.Command(),
                    CaseId = state.CaseId,
                    Act = new Act.Complete(state.Visit!.Value, Facts.Of(("outcome", outcome), ("due", due), ("answerDue", due))),
                    Actor = new Actor(1, state.Role!, state.OrganisationId!.Value),
                    Rows = form is null ? [] : [new FeatureRow(RoundRow.Table.Name, n, state.Visit.Value, form.ToJsonText(), form.Hash(), "2026-11", "page", null, 1L, NoticeOffice.Monday, 0, form.Layout.Code)],
                },
                Ct));
        }

        Assert.Null((await office.StateAsync(started.Value.CaseId)).Visit);
        return started.Value.CaseId;
    }
}
