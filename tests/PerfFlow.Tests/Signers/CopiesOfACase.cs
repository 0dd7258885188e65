using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Organisation;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Signers;

/// <summary>抄送 from the one who shows a case to the one who reads it: bell, list, read or not, and nothing that was not theirs to see.</summary>
public sealed class CopiesOfACase(PostgresServer postgres) : IAsyncLifetime
{
    private ReviewOffice office = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        caseId = (await office.CaseAsync(office.County.HealthProject)).CaseId;
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task WhoIsCopied_IsToldOnce_AndWhatTheyOpenIsRead_ForSenderAndReader()
    {
        using var culture = await office.SignedInAsync("culture");
        await CopyAsync(culture, "leader", "performance");
        using var leader = await office.SignedInAsync("leader");
        var item = await ToldAsync(leader);
        Assert.Equal(("抄送：青田县卫生健康局 妇幼健康服务", false), (item.GetProperty("subject").GetString(), item.GetProperty("closed").GetBoolean()));
        Assert.Contains("周某某把青田县卫生健康局的“妇幼健康服务”", item.GetProperty("body").GetString(), StringComparison.Ordinal);

        var list = await leader.PageAsync("/tasks/copies");
        Assert.Equal("未读", Assert.Single(list.QuerySelectorAll("tr.unread [data-label=状态]")).TextContent.Trim());
        // From the bell to the case: then it is read in the list as well.
        using var opened = await leader.GetAsync($"/notifications/{item.GetProperty("id").GetInt64()}");
        await leader.PageAsync(opened.Headers.Location!.ToString());
        list = await leader.PageAsync("/tasks/copies");
        Assert.Empty(list.QuerySelectorAll("tr.unread"));
        Assert.StartsWith("已读", list.QuerySelector("[data-label=状态]")!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain(list.Forms, f => f.GetAttribute("action") == "/tasks/copies/read");

        var shown = (await culture.PageAsync($"/cases/{caseId}/together/copy")).QuerySelectorAll("ul.shown li").Select(li => string.Join(' ', li.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Equal(["徐某某 周某某 抄送 10-09 10:00 · 已读 10-09 10:00", "林某某 周某某 抄送 10-09 10:00 · 未读"], shown);
        // That the step is over makes nothing of a copy.
        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
        using var performance = await office.SignedInAsync("performance");
        Assert.False((await ToldAsync(performance)).GetProperty("closed").GetBoolean());
    }

    [Fact]
    public async Task Reading_IsOnesOwn_AndAllAtOnce()
    {
        using var culture = await office.SignedInAsync("culture");
        await CopyAsync(culture, "leader", "performance");
        await CopyAsync(culture, "leader");
        using var leader = await office.SignedInAsync("leader");
        using var performance = await office.SignedInAsync("performance");
        Assert.Equal(2, (await leader.PageAsync("/tasks/copies")).QuerySelectorAll("tr.unread").Length);
        Assert.Equal("2", await TabAsync(leader));
        using var marked = await leader.SubmitAsync("/tasks/copies", "/tasks/copies/read");
        Assert.Equal("/tasks/copies", marked.Headers.Location?.ToString());
        Assert.Empty((await leader.PageAsync("/tasks/copies")).QuerySelectorAll("tr.unread"));
        Assert.Null(await TabAsync(leader));

        var other = await performance.Http.GetFromJsonAsync<JsonElement>("/api/copies", Ct);
        Assert.Equal(JsonValueKind.Null, Assert.Single(other.GetProperty("lines").EnumerateArray()).GetProperty("readAt").ValueKind);
        using var read = await performance.Http.PostAsJsonAsync("/api/copies/read", new { caseId }, Ct);
        Assert.Equal(0, (await read.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("unread").GetInt32());
        using var again = await performance.Http.PostAsJsonAsync("/api/copies/read", new { }, Ct);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        await using var db = office.App.Db();
        Assert.Equal(3, await db.CopyReads.CountAsync(Ct));
        Assert.Contains("抄送", (await culture.PageAsync("/tasks/done")).QuerySelector("table")!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>What the inbox says beside 抄送我.</summary>
    private static async Task<string?> TabAsync(Visitor reader) => (await reader.PageAsync("/tasks")).QuerySelector("a[href='/tasks/copies'] b")?.TextContent;

    [Fact]
    public async Task CopyGivesNoSight_WhoeverNoLongerSeesTheCaseHasNoLineOfIt()
    {
        using var culture = await office.SignedInAsync("culture");
        await CopyAsync(culture, "leader");
        using var leader = await office.SignedInAsync("leader");
        Assert.Single((await leader.Http.GetFromJsonAsync<JsonElement>("/api/copies", Ct)).GetProperty("lines").EnumerateArray());

        await using (var db = office.App.Db())
        {
            var (id, today) = (office.County.IdOf("leader"), office.App.Get<RegionClock>().Today(office.County.RegionId));
            await db.Memberships.Where(m => m.UserId == id).ExecuteUpdateAsync(m => m.SetProperty(x => x.ValidTo, today), Ct);
        }

        office.App.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty((await leader.Http.GetFromJsonAsync<JsonElement>("/api/copies", Ct)).GetProperty("lines").EnumerateArray());
        Assert.Empty((await leader.PageAsync("/tasks/copies")).QuerySelectorAll("tr[data-row]"));
        Assert.Equal(HttpStatusCode.NotFound, (await leader.GetAsync($"/cases/{caseId}")).StatusCode);
        using var post = await leader.Http.PostAsJsonAsync("/api/copies/read", new { caseId }, Ct);
        Assert.Equal(0, (await post.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("unread").GetInt32());
    }

    /// <summary>The newest message of a copy in the person's bell.</summary>
    private static async Task<JsonElement> ToldAsync(Visitor who)
    {
        JsonElement item = default;
        await Waiting.UntilAsync(
            async () =>
            {
                var list = await who.Http.GetFromJsonAsync<JsonElement>("/api/notifications?kind=CaseCopied", Ct);
                var all = list.GetProperty("unread").EnumerateArray().Concat(list.GetProperty("rest").EnumerateArray()).ToList();
                item = all.Count == 1 ? all[0] : default;
                return all.Count == 1;
            },
            () => "the bell has one copy");
        return item;
    }

    private async Task CopyAsync(Visitor culture, params string[] people)
    {
        var address = $"/cases/{caseId}/together/copy";
        var page = await culture.PageAsync(address);
        var fields = page.QuerySelectorAll("form#verb input[type=hidden]").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value")!)).ToList();
        fields.AddRange(people.Select(person => KeyValuePair.Create("people", office.County.IdOf(person).ToString(CultureInfo.InvariantCulture))));
        fields.Add(KeyValuePair.Create("reason", "供了解。"));
        using var copied = await culture.Http.PostAsync(address, new FormUrlEncodedContent(fields), Ct);
        Assert.Equal(HttpStatusCode.Redirect, copied.StatusCode);
    }
}
