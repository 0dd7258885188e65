using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Rectification;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Rectification;

/// <summary>Pages, files and API of a rectification: what each person finds behind them.</summary>
public sealed class RectificationDoors(PostgresServer postgres) : IAsyncLifetime
{
    private RectificationOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => office = await RectificationOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task OrderPostedFromThePage_OpensTheCase_AndBothPagesShowTheLink()
    {
        using var performance = await office.SignedInAsync("performance");
        var origin = await performance.PageAsync($"/reviews/{office.Origin}");
        Assert.NotNull(origin.QuerySelector($"a[href='/rectifications/new?origin={office.Origin}']"));
        using var posted = await performance.SubmitAsync($"/rectifications/new?origin={office.Origin}", "/rectifications", ("problem", "采购验收资料不全"), ("demand", "补齐"), ("due", "2023-11-10"), ("number", "青财绩效〔2023〕9号"));
        Assert.True(posted.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(posted));
        var id = long.Parse(posted.Headers.Location!.ToString().Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);

        origin = await performance.PageAsync($"/reviews/{office.Origin}");
        Assert.NotNull(origin.QuerySelector($".related a[href='/cases/{id}']"));
        Assert.Null(origin.QuerySelector($"a[href='/rectifications/new?origin={office.Origin}']"));
        using var school = await office.SignedInAsync("school");
        var filing = await school.PageAsync($"/filings/{id}");
        Assert.NotNull(filing.QuerySelector($".related a[href='/cases/{office.Origin}']"));
        Assert.Contains("采购验收资料不全", filing.QuerySelector(".rowcard h3")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(filing.QuerySelector("[name='rectifyLines[1].measure']"));
        Assert.Contains("整改情况反馈书", (await school.PageAsync($"/filings/{id}/print")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReturnPostedFromTheDialog_TakesLinesWithReasons_AndComesBackWithThem()
    {
        var id = await office.OrderedAsync();
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("education", id, "Approve");
        using var culture = await office.SignedInAsync("culture");
        (string, string)[] typed = [("said", "请按要求补充支付凭证。"), ("target", "Return"), ("due", "2023-11-15"), ("reasons", "TH09"), ("line", "2"), ("line-reason-2", "缺")];
        using var refused = await culture.SubmitAsync($"/reviews/{id}", $"/reviews/{id}/return", typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.True((await Visitor.ReadAsync(refused)).QuerySelector("input[name=line][value='2']")!.HasAttribute("checked"));
        typed[^1] = ("line-reason-2", "支付凭证没有附上");
        using var returned = await culture.SubmitAsync($"/reviews/{id}", $"/reviews/{id}/return", typed);
        Assert.True(returned.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(returned));

        using var school = await office.SignedInAsync("school");
        var page = await school.PageAsync($"/filings/{id}");
        Assert.Null(page.QuerySelector("[name='rectifyLines[1].measure']"));
        Assert.NotNull(page.QuerySelector("[name='rectifyLines[2].measure']"));
        Assert.Contains("支付凭证没有附上", page.QuerySelectorAll(".rowcard")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherUnit_LearnsNothing()
    {
        var id = await office.OrderedAsync();
        using var health = await office.SignedInAsync("health");
        foreach (var path in (string[])[$"/cases/{id}", $"/filings/{id}", $"/reviews/{id}", $"/filings/{id}/print", $"/api/filings/{id}", $"/api/reviews/{id}", $"/api/rectifications/{id}/lines"])
        {
            using var answer = await health.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }

        foreach (var tab in RectificationList.Tabs)
        {
            var list = await (await health.GetAsync($"/api/rectifications?tab={tab}")).Content.ReadFromJsonAsync<JsonElement>(Ct);
            Assert.Equal((0, 0, 0), (list.GetProperty("orders").GetInt32(), list.GetProperty("lines").GetArrayLength(), list.GetProperty("pending").GetArrayLength()));
            Assert.DoesNotContain("校园卫生", (await health.PageAsync($"/rectifications?tab={tab}")).Body!.TextContent, StringComparison.Ordinal);
        }

        using var school = await office.SignedInAsync("school");
        Assert.Contains("校园卫生", (await school.PageAsync("/rectifications?tab=doing")).Body!.TextContent, StringComparison.Ordinal);
        using var file = await school.GetAsync("/rectifications/export.xlsx");
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
    }

    [Fact]
    public async Task ApiOfAllActs_AnswersAsThePagesDo()
    {
        using var performance = await office.SignedInAsync("performance");
        await TokenAsync(performance);
        var ordered = await PostAsync(performance, "/api/rectifications", new { origin = office.Origin, problems = new[] { new { text = "采购验收资料不全", demand = "补齐" } }, due = "2023-11-10", number = "" });
        var id = ordered.GetProperty("caseId").GetInt64();
        var batch = await PostAsync(performance, "/api/rectifications/batch", new { origins = new[] { office.Origin }, due = (string?)null, number = "" });
        Assert.Equal("already-ordered", batch[0].GetProperty("code").GetString());
        var lines = await (await performance.GetAsync($"/api/rectifications/{id}/lines")).Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal("采购验收资料不全", lines[0].GetProperty("text").GetString());
        await PostAsync(performance, $"/api/rectifications/{id}/refusal", new { reason = "单位多次催办仍不整改反馈" });
        Assert.Equal(CaseStates.Leader, (await office.StateAsync(id)).State);
        using var twice = await performance.Http.PostAsJsonAsync($"/api/rectifications/{id}/refusal", new { reason = "单位多次催办仍不整改反馈" }, Ct);
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
    }

    internal static async Task TokenAsync(Visitor who) => who.Http.DefaultRequestHeaders.Add(
        "RequestVerificationToken", (await who.PageAsync("/account/password")).QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value"));

    internal static async Task<JsonElement> PostAsync(Visitor who, string path, object body)
    {
        using var answer = await who.Http.PostAsJsonAsync(path, body, Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync(Ct)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }
}
