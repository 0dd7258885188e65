using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;
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
        var id = await office.PlayedAsync(
            "spot-check", ("Submit", null), ("Submit", With("spot-check-score", scored)), ("Approve", null), ("Submit", null), ("Submit", With("spot-check-settlement", settled)));
        await WaitsAsync(id, waits);
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(0, 1, true)]
    public async Task DepartmentEvaluation_WaitsByItsLastRound(int first, int last, bool waits)
    {
        var id = await office.PlayedAsync(
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
        var id = await office.PlayedAsync("monitoring", ("Submit", form), (conclusion, null));
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
}
