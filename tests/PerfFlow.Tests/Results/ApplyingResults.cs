using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Results;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Rectification;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Results;

/// <summary>From the evidence to the budget: proposal, consultation, approval or rejection, booking, and money counted once.</summary>
public sealed class ApplyingResults(PostgresServer postgres) : IAsyncLifetime
{
    private RectificationOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => office = await RectificationOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task ProposalConsultedAndApproved_IsBooked()
    {
        var id = await ProposedAsync("performance", "ratio", f => f.With("result.percent", "10"));
        Assert.Equal(CaseStates.Budget, (await office.StateAsync(id)).State);
        await office.DecideAsync("budget", id, "Approve");
        await office.DecideAsync("leader", id, "Approve");
        Assert.Equal(ResultStages.Booking, (await AmountAsync(id)).Stage);
        await office.FileAsync("budget", id, f => f.With("booking.document", "青财预〔2024〕3号").With("booking.date", "2023-10-12").With("filler", "孙某某"));

        var amount = await AmountAsync(id);
        Assert.Equal((ResultStages.Booked, 468m, 46.8m, 421.2m, 46.8m), (amount.Stage, amount.AmountBefore, amount.Change, amount.AmountAfter, amount.CountedBooked));
        Assert.Equal(("青财预〔2024〕3号", 2025), (amount.Document, amount.TargetYear));
        using var budget = await office.SignedInAsync("budget");
        Assert.Contains("青财预〔2024〕3号", (await budget.PageAsync("/results?year=2025&kind=ratio&stage=booked")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProposalRejected_CountsNothing()
    {
        var id = await ProposedAsync("culture", "cut", f => f.With("result.amount", "50"));
        await office.DecideAsync("budget", id, "Approve");
        await office.DecideAsync("leader", id, "Reject");
        Assert.Equal(CaseStates.Rejected, (await office.StateAsync(id)).State);
        var amount = await AmountAsync(id);
        Assert.Equal((ResultStages.Rejected, 50m, 0m, 0m), (amount.Stage, amount.Change, amount.Counted, amount.CountedBooked));
    }

    [Fact]
    public async Task OverlappingProposals_CountOncePerProjectAndYear_CancelledBeforeCut()
    {
        var cut = await ProposedAsync("performance", "cut", f => f.With("result.amount", "100"));
        var smaller = await ProposedAsync("performance", "cut", f => f.With("result.amount", "30"));
        var other = await ProposedAsync("performance", "recover", f => f.With("result.amount", "20").With("result.targetYear", "2024"));
        Assert.Equal((100m, 0m, 20m), (await CountedAsync(cut), await CountedAsync(smaller), await CountedAsync(other)));

        var cancelled = await ProposedAsync("performance", "cancel", f => f);
        var told = await ProposedAsync("performance", "circular", f => f);
        Assert.Equal((0m, 0m, 468m, 0m), (await CountedAsync(cut), await CountedAsync(smaller), await CountedAsync(cancelled), await CountedAsync(told)));

        // What is booked counts among the booked, though a stronger measure is still being considered.
        await office.DecideAsync("budget", cut, "Approve");
        await office.DecideAsync("leader", cut, "Approve");
        await office.FileAsync("budget", cut, f => f.With("booking.document", "青财预〔2024〕4号").With("booking.date", "2023-10-12").With("filler", "孙某某"));
        Assert.Equal((0m, 100m), (await CountedAsync(cut), (await AmountAsync(cut)).CountedBooked));

        await office.DecideAsync("budget", cancelled, "Approve");
        await office.DecideAsync("leader", cancelled, "Reject");
        Assert.Equal((100m, 0m), (await CountedAsync(cut), await CountedAsync(cancelled)));

        var book = await office.App.Get<ResultList>().RunAsync(await office.AsAsync("performance"), new ResultQuery(), Ct);
        Assert.Equal((5, 120m, 100m), (book.Count, book.Counted, book.Booked));
    }

    [Fact]
    public async Task ProposalThatDoesNotAddUp_IsRefused()
    {
        var id = await OpenedAsync("performance");
        var filing = await office.FilingAsync("performance", id);
        async Task<string> CodesAsync(Func<FormContent, FormContent> fill) => string.Join(' ', (await office.App.Get<FilingChecker>()
            .RunAsync(filing, filing.Kind.Settle(fill(Reasoned(filing.Form)), filing.Prefilled, filing), Ct)).Findings.Select(f => f.Code));

        Assert.Equal("JG01", await CodesAsync(f => f.With("result.kind", "cut")));
        Assert.Equal("JG02", await CodesAsync(f => f.With("result.kind", "cut").With("result.amount", "500")));
        Assert.Equal("JG02", await CodesAsync(f => f.With("result.kind", "ratio").With("result.amount", "10").With("result.percent", "10")));
        Assert.Equal("JG03", await CodesAsync(f => f.With("result.kind", "interview").With("result.targetYear", "2023")));
        await ProposedAsync("performance", "cut", f => f.With("result.amount", "10"));
        Assert.Equal("JG04", await CodesAsync(f => f.With("result.kind", "cut").With("result.amount", "20")));
    }

    [Theory]
    [InlineData("优", "", "", "")]
    [InlineData("中", "ratio", "10", "12")]
    [InlineData("差", "cancel", "", "120")]
    public async Task GradeOfTheEvidence_ProposesTheRegionsRatio(string grade, string kind, string percent, string change)
    {
        var found = FormContent.Empty(Platform.Appraisals.FinanceEvaluation.Instance.Layout).With(Platform.Appraisals.ScoreTable.Total, "70").With(Platform.Appraisals.ScoreTable.Grade, grade);
        var origin = await office.MonitoredAsync(office.County.HealthProject, found);
        var opened = await office.App.Get<ProposeResult>().RunAsync(await office.AsAsync("performance"), origin, office.Command(), Ct);
        NoticeOffice.Done(opened);
        var form = (await office.FilingAsync("performance", opened.Value)).Form;
        Assert.Equal((grade, kind, percent, change), (form["result.grade"], form["result.kind"], form["result.percent"], form["result.change"]));
    }

    [Fact]
    public async Task UnitIsTold_WhatWasApproved_OthersNothing()
    {
        var id = await ProposedAsync("performance", "cut", f => f.With("result.amount", "100"));
        using var school = await office.SignedInAsync("school");
        using var health = await office.SignedInAsync("health");
        Assert.DoesNotContain("校园卫生", (await school.PageAsync("/results")).Body!.TextContent, StringComparison.Ordinal);
        var form = (await (await school.GetAsync($"/api/filings/{id}")).Content.ReadAsStringAsync(Ct)).Replace(" ", "", StringComparison.Ordinal);
        Assert.DoesNotContain("\"result.change\":\"100\"", form, StringComparison.Ordinal);

        await office.DecideAsync("budget", id, "Approve");
        await office.DecideAsync("leader", id, "Approve");
        Assert.Contains("校园卫生", (await school.PageAsync("/results")).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("校园卫生", (await health.PageAsync("/results")).Body!.TextContent, StringComparison.Ordinal);
        foreach (var path in (string[])[$"/cases/{id}", $"/filings/{id}", $"/reviews/{id}", $"/api/filings/{id}", $"/api/reviews/{id}"])
        {
            using var answer = await health.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task ApiAndPages_ProposeListAndExport()
    {
        using var performance = await office.SignedInAsync("performance");
        using var opened = await performance.SubmitAsync($"/reviews/{office.Origin}", "/results");
        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        var filing = await performance.PageAsync(opened.Headers.Location!.ToString());
        Assert.NotNull(filing.QuerySelector("[name='result.kind']"));
        await RectificationDoors.TokenAsync(performance);
        var made = await RectificationDoors.PostAsync(performance, "/api/results", new { origin = office.Origin });
        Assert.True(made.GetProperty("caseId").GetInt64() > 0);
        using var list = await performance.GetAsync("/api/results?stage=proposing");
        using var json = JsonDocument.Parse(await list.Content.ReadAsStringAsync(Ct));
        Assert.Equal(2, json.RootElement.GetProperty("count").GetInt32());
        using var file = await performance.GetAsync("/results/export.xlsx");
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        using var school = await office.SignedInAsync("school");
        await RectificationDoors.TokenAsync(school);
        using var refused = await school.Http.PostAsync("/api/results", System.Net.Http.Json.JsonContent.Create(new { origin = office.Origin }), Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static FormContent Reasoned(FormContent form) =>
        form.With("result.reason", "绩效目标未完成，整改不到位。").With("filler", "林某某").With("filedOn", "2023-10-10") with { Explanations = new Dictionary<string, string>(StringComparer.Ordinal) { ["JG04"] = "分次提出，金额不重复。" } };

    private async Task<long> OpenedAsync(string person)
    {
        var opened = await office.App.Get<ProposeResult>().RunAsync(await office.AsAsync(person), office.Origin, office.Command(), Ct);
        NoticeOffice.Done(opened);
        return opened.Value;
    }

    private async Task<long> ProposedAsync(string person, string kind, Func<FormContent, FormContent> fill)
    {
        var id = await OpenedAsync(person);
        await office.FileAsync(person, id, f => fill(Reasoned(f).With("result.kind", kind)));
        return id;
    }

    private async Task<ResultAmount> AmountAsync(long id)
    {
        await using var db = office.App.Db();
        return await db.ResultAmounts.AsNoTracking().SingleAsync(r => r.CaseId == id, Ct);
    }

    private async Task<decimal> CountedAsync(long id) => (await AmountAsync(id)).Counted;
}
