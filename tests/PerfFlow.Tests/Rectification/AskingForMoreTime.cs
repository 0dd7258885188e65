using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Rectification;

/// <summary>The school, which has until 2023-11-08, asks for more time: with a day and a reason, and is answered.</summary>
public sealed class AskingForMoreTime(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private const string Reason = "设备供货推迟，验收资料要到月底才能补齐。";

    private static readonly DateOnly Present = new(2023, 11, 8);
    private static readonly DateOnly Asked = new(2023, 11, 24);

    private RectificationOffice office = null!;

    private long id;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await RectificationOffice.OpenAsync(postgres);
        id = await office.OrderedAsync();
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task DayNotLaterThanThePresentOne_OrOfRest_OrWithoutReason_IsRefused()
    {
        var school = await office.AsAsync("school");
        NoticeOffice.Refused("return-needs-due", await TryAsync(school, Extensions.Ask, null));
        NoticeOffice.Refused("extension-not-later", await TryAsync(school, Extensions.Ask, Present));
        NoticeOffice.Refused("extension-not-later", await TryAsync(school, Extensions.Ask, new DateOnly(2023, 11, 6)));
        NoticeOffice.Refused("due-on-rest-day", await TryAsync(school, Extensions.Ask, new DateOnly(2023, 11, 25)));
        NoticeOffice.Refused("decision-needs-text", await TryAsync(school, Extensions.Ask, Asked, "来不及"));
        NoticeOffice.Done(await TryAsync(school, Extensions.Ask, Asked));

        var performance = await office.AsAsync("performance");
        NoticeOffice.Refused("extension-not-later", await TryAsync(performance, Extensions.Grant, Present));
        NoticeOffice.Refused("due-on-rest-day", await TryAsync(performance, Extensions.Grant, new DateOnly(2023, 11, 26)));
        NoticeOffice.Refused("decision-needs-text", await TryAsync(performance, Extensions.Refuse, null, "不行"));
    }

    [Theory]
    [InlineData("2023-11-24")]
    [InlineData("2023-11-15")]
    public async Task Granted_DeadlineAndRemindersFollowTheDayGranted(string granted)
    {
        var day = DateOnly.Parse(granted, System.Globalization.CultureInfo.InvariantCulture);
        NoticeOffice.Done(await TryAsync(await office.AsAsync("school"), Extensions.Ask, Asked));
        NoticeOffice.Done(await TryAsync(await office.AsAsync("performance"), Extensions.Grant, day, "同意，请抓紧办理。"));

        await using var db = office.App.Db();
        var task = await db.Tasks.SingleAsync(t => t.CaseId == id, Ct);
        Assert.Equal(day, BusinessDay.DueDate(task.DueAt!.Value));
        var calendar = office.App.Get<Platform.Parameters.ParameterStore>().Calendar(task.RegionId);
        Assert.Equal(5, calendar.WorkingDaysBetween(BusinessDay.Of(task.NextRungAt!.Value), day));

        var request = Assert.Single(Extensions.Of(await office.FilingAsync("school", id)));
        Assert.Equal(new ExtensionRequest(Present, Asked, Reason, ExtensionRow.Granted, day, "同意，请抓紧办理。"), request);
        Assert.Equal(granted, (await office.FilingAsync("school", id)).Prefilled["rectify.due"]);
    }

    [Fact]
    public async Task Refused_OldDayStandsAndTheUnitReadsWhy()
    {
        NoticeOffice.Done(await TryAsync(await office.AsAsync("school"), Extensions.Ask, Asked));
        NoticeOffice.Done(await TryAsync(await office.AsAsync("performance"), Extensions.Refuse, null, "资料可以分批报送，不予延期。"));
        Assert.Equal(Present, BusinessDay.DueDate((await office.StateAsync(id)).DueAt!.Value));

        using var school = await office.SignedInAsync("school");
        var page = (await school.PageAsync($"/filings/{id}")).QuerySelector("#extension")!.TextContent;
        Assert.Contains("申请延期至 2023-11-24，未获准，期限仍为 2023-11-08。", page, StringComparison.Ordinal);
        Assert.Contains("资料可以分批报送，不予延期。", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_TakeTheRequestAndShowItToWhoDecides()
    {
        using var school = await office.SignedInAsync("school");
        (string, string)[] typed = [("outcome", Extensions.Ask), ($"said-{Extensions.Ask}", Reason), ($"due-{Extensions.Ask}", "2023-11-08")];
        using var refused = await school.SubmitAsync($"/filings/{id}", $"/reviews/{id}/decide", typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var again = await Visitor.ReadAsync(refused);
        Assert.Equal("1", again.QuerySelector($"#decide-{Extensions.Ask}")!.GetAttribute("data-reopen"));
        Assert.Contains("新期限须晚于现期限 2023-11-08。", again.QuerySelector($"#decide-{Extensions.Ask}")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(Reason, again.QuerySelector($"[name='said-{Extensions.Ask}']")!.TextContent);
        typed[^1] = ($"due-{Extensions.Ask}", "2023-11-24");
        using var asked = await school.SubmitAsync($"/filings/{id}", $"/reviews/{id}/decide", typed);
        Assert.True(asked.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(asked));

        using var performance = await office.SignedInAsync("performance");
        var page = await performance.PageAsync($"/reviews/{id}");
        Assert.Contains("现期限 2023-11-08，申请延至 2023-11-24。", page.QuerySelector("#extension")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(Reason, page.QuerySelector("#extension")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("2023-11-24", page.QuerySelector($"[name='due-{Extensions.Grant}']")!.GetAttribute("value"));
        var dialog = page.QuerySelector($"#decide-{Extensions.Grant} form")!.QuerySelectorAll("input[type=hidden]").ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value") ?? "", StringComparer.Ordinal);
        dialog[$"due-{Extensions.Grant}"] = "2023-11-20";
        using var posted = new FormUrlEncodedContent(dialog);
        using var granted = await performance.Http.PostAsync($"/reviews/{id}/decide", posted, Ct);
        Assert.True(granted.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(granted));

        Assert.Contains("申请延期至 2023-11-24，准予延期至 2023-11-20。", (await school.PageAsync($"/filings/{id}")).QuerySelector("#extension")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("准予延期（至 2023-11-20）", (await performance.PageAsync($"/reviews/{id}")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DialogsAndNotes_ReadWellWideAndNarrow()
    {
        var (county, address) = (office.County, office.App.Address);
        await Screens.LookAsync(browser, address, county.UserNameOf("school"), county.PasswordOf("school"), ($"/filings/{id}#decide-{Extensions.Ask}", "extension-ask"));
        NoticeOffice.Done(await TryAsync(await office.AsAsync("school"), Extensions.Ask, Asked));
        await Screens.LookAsync(
            browser, address, county.UserNameOf("performance"), county.PasswordOf("performance"), ($"/reviews/{id}", "extension-asked"), ($"/reviews/{id}#decide-{Extensions.Grant}", "extension-grant"));
        NoticeOffice.Done(await TryAsync(await office.AsAsync("performance"), Extensions.Grant, new DateOnly(2023, 11, 15), "同意，请抓紧办理。"));
        await Screens.LookAsync(browser, address, county.UserNameOf("school"), county.PasswordOf("school"), ($"/filings/{id}", "extension-granted"));
    }

    [Fact]
    public async Task Api_AsksShowsAndGrants()
    {
        using var school = await office.SignedInAsync("school");
        await RectificationDoors.TokenAsync(school);
        var visit = (await office.StateAsync(id)).Visit;
        using var early = await school.Http.PostAsJsonAsync($"/api/reviews/{id}/decide", new { visit, outcome = Extensions.Ask, text = Reason, due = "2023-11-07" }, Ct);
        Assert.Equal("extension-not-later", (await early.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        await RectificationDoors.PostAsync(school, $"/api/reviews/{id}/decide", new { visit, outcome = Extensions.Ask, text = Reason, due = "2023-11-24" });

        using var performance = await office.SignedInAsync("performance");
        await RectificationDoors.TokenAsync(performance);
        var found = await (await performance.GetAsync($"/api/reviews/{id}")).Content.ReadFromJsonAsync<JsonElement>(Ct);
        var request = found.GetProperty("extensions")[0];
        Assert.Equal(("2023-11-08", "2023-11-24", Reason), (request.GetProperty("present").GetString(), request.GetProperty("asked").GetString(), request.GetProperty("reason").GetString()));
        await RectificationDoors.PostAsync(performance, $"/api/reviews/{id}/decide", new { visit = found.GetProperty("visit").GetInt32(), outcome = Extensions.Grant, due = "2023-11-24" });
        Assert.Equal(Asked, BusinessDay.DueDate((await office.StateAsync(id)).DueAt!.Value));
    }

    [Fact]
    public async Task RequestPulledBack_LeavesNoNoteAndMayBeRepeated()
    {
        var school = await office.AsAsync("school");
        var visit = (await office.StateAsync(id)).Visit!.Value;
        NoticeOffice.Done(await TryAsync(school, Extensions.Ask, Asked));
        NoticeOffice.Done(await office.App.Get<WorkflowRunner>().RunAsync(
            new CaseCommand { Id = office.Command(), CaseId = id, Act = new Act.Withdraw(visit, Facts.Empty), Actor = new Actor(school.UserId, "UNIT", office.County.School.Id) }, Ct));
        using var visitor = await office.SignedInAsync("school");
        Assert.Null((await visitor.PageAsync($"/filings/{id}")).QuerySelector("#extension"));
        NoticeOffice.Done(await TryAsync(school, Extensions.Ask, new DateOnly(2023, 11, 20)));
        Assert.Equal(new DateOnly(2023, 11, 20), Extensions.Of(await office.FilingAsync("performance", id))[^1].Asked);
    }

    private async Task<Outcome<CaseAnswer>> TryAsync(Viewer viewer, string outcome, DateOnly? due, string text = Reason) => await office.App.Get<DecideReview>().RunAsync(
        viewer,
        new ReviewDecision { CaseId = id, Visit = (await office.StateAsync(id)).Visit!.Value, CommandId = office.Command(), Outcome = outcome, Text = text, Due = due },
        Ct);
}
