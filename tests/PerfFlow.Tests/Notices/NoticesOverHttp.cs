using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PerfFlow.Platform.Notices;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notices;

public sealed class NoticesOverHttp(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlainForms_LeadFromTheFirstLineToTheMatrix()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        using var clerk = await SignInAsync(office, "performance");
        using var created = await clerk.SubmitAsync("/notices/new", "/notices/new", ("title", "关于编报绩效目标的通知"), ("matters", "## 一、范围\n\n全部项目。<script>x</script>"), ("markWord", "青财绩效"));
        var edit = Redirect(created);
        var path = edit[..edit.IndexOf('?', StringComparison.Ordinal)];
        var notice = path[..^"/edit".Length];
        Redirect(await clerk.SubmitAsync(path + "?step=form", path, ("fiscalYear", "2024"), ("opens", "goal-filing")));
        Redirect(await clerk.SubmitAsync(path + "?step=recipients", path, ("groups", "all")));
        using (var wrong = await clerk.SubmitAsync(path + "?step=deadline", path, ("dueOn", "十月底")))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        }

        Redirect(await clerk.SubmitAsync(path + "?step=deadline", path, ("dueOn", "2023-10-20"), ("before", "5、2"), ("after", "1")));
        Assert.Contains("3家单位，3个填报对象", (await clerk.PageAsync(path + "?step=preview")).Body!.TextContent, StringComparison.Ordinal);
        Redirect(await clerk.SubmitAsync(notice, notice + "/submit"));

        using var leader = await SignInAsync(office, "leader");
        using (var noReason = await leader.SubmitAsync(notice, notice + "/return", ("reason", "")))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, noReason.StatusCode);
        }

        Redirect(await leader.SubmitAsync(notice, notice + "/sign", ("text", "同意。")));
        Assert.Equal(notice + "/matrix", Redirect(await clerk.SubmitAsync(notice, notice + "/issue")));
        var matrix = await clerk.PageAsync(notice + "/matrix");
        Assert.Equal(3, matrix.QuerySelectorAll("tr[data-row]").Length);
        var sheet = await clerk.PageAsync(notice + "/sheet");
        Assert.Equal("青财绩效〔2023〕1号", sheet.QuerySelector(".gw-number")!.TextContent);
        Assert.Null(sheet.QuerySelector(".gw script"));
        Assert.Equal(HttpStatusCode.OK, (await clerk.GetAsync("/document-numbers")).StatusCode);
    }

    [Fact]
    public async Task UnitReadsItsNotice_AndNothingOfOthers()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var (id, draft) = (await office.IssuedAsync(), await office.CreateAsync());
        using var school = await SignInAsync(office, "school");
        var page = await school.PageAsync($"/notices/{id}");
        Assert.Contains("校园卫生专业技术服务", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("妇幼健康服务", page.Body.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("dialog"));
        foreach (var hidden in new[] { $"/notices/{draft}", $"/notices/{draft}/sheet", $"/notices/{draft}/edit", $"/notices/{id}/recipients", $"/notices/{id}/units/{office.County.Health.Id}", "/document-numbers", "/document-numbers/export.xlsx", $"/api/notices/{draft}", "/api/document-numbers" })
        {
            using var answer = await school.GetAsync(hidden);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden, $"{hidden} answered {answer.StatusCode}");
        }

        foreach (var own in new[] { $"/notices/{id}/items", $"/notices/{id}/matrix", $"/notices/{id}/matrix.csv", $"/api/notices/{id}/matrix" })
        {
            var text = await (await school.GetAsync(own)).Content.ReadAsStringAsync(Ct);
            Assert.Contains("青田县实验小学", text, StringComparison.Ordinal);
            Assert.DoesNotContain("卫生健康局", text, StringComparison.Ordinal);
        }

        using var foreign = await school.Http.PostAsJsonAsync($"/api/notices/{id}/recall", new { reason = "越权" }, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        var rows = (await office.App.Get<NoticeMatrix>().RunAsync(await office.County.AsAsync("performance"), id, Ct)).Value;
        Assert.Equal([office.County.School.Id], rows.Where(r => r.ReadAt is not null).Select(r => r.UnitId));
    }

    [Fact]
    public async Task Api_AnswersOncePerKey_AndRefusesLikeThePages()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        using var clerk = await SignInAsync(office, "performance");
        async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body, string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } } };
            using var response = await clerk.Http.SendAsync(request, Ct);
            var text = await response.Content.ReadAsStringAsync(Ct);
            return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
        }

        var first = await PostAsync("/api/notices", NoticeOffice.Draft, "new-1");
        Assert.Equal(HttpStatusCode.OK, first.Status);
        var id = first.Body.GetProperty("id").GetInt64();
        Assert.Equal(id, (await PostAsync("/api/notices", NoticeOffice.Draft, "new-1")).Body.GetProperty("id").GetInt64());
        Assert.NotEqual(id, (await PostAsync("/api/notices", NoticeOffice.Draft, "new-2")).Body.GetProperty("id").GetInt64());
        var refused = await PostAsync("/api/notices", NoticeOffice.Draft with { MarkWord = "AB" }, "new-3");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "mark-word-invalid", "markWord"), (refused.Status, refused.Body.GetProperty("code").GetString(), refused.Body.GetProperty("field").GetString()));
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync($"/api/notices/{id}/issue", new { }, "issue")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync($"/api/notices/{id}/submit", new { version = 1 }, "submit")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync($"/api/notices/{id}/submit", new { version = 1 }, "submit")).Status);
        var recipients = await clerk.Http.GetFromJsonAsync<JsonElement>($"/api/notices/{id}/recipients", Ct);
        Assert.Equal((3, 3), (recipients.GetProperty("units").GetInt32(), recipients.GetProperty("targets").GetInt32()));
    }

    [Fact]
    public async Task LivePart_IsAnsweredNotModified_UntilSomethingMoves()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        using var clerk = await SignInAsync(office, "performance");
        async Task<HttpResponseMessage> PollAsync(string? tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/notices/{id}/matrix/part");
            if (tag is not null)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            }

            return await clerk.Http.SendAsync(request, Ct);
        }

        using var first = await PollAsync(null);
        var tag = first.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.NotModified, (await PollAsync(tag)).StatusCode);
        await office.DecideAsync((await office.CasesAsync(id))[0], "Submit");
        Assert.Equal(HttpStatusCode.OK, (await PollAsync(tag)).StatusCode);
    }

    [Fact]
    public async Task MatrixFiles_OpenInExcel_AndHoldWhatThePageShows()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        using var clerk = await SignInAsync(office, "performance");
        var csv = await clerk.Http.GetByteArrayAsync($"/notices/{id}/matrix.csv", Ct);
        Assert.Equal(Encoding.UTF8.GetPreamble(), csv[..3]);
        Assert.Equal(4, Encoding.UTF8.GetString(csv).Trim().Split("\r\n").Length);
        using var workbook = new ZipArchive(new MemoryStream(await clerk.Http.GetByteArrayAsync($"/notices/{id}/matrix.xlsx?show=late", Ct)));
        Assert.NotNull(workbook.GetEntry("xl/workbook.xml"));
        using var dun = await clerk.SubmitAsync($"/notices/{id}/matrix", $"/notices/{id}/matrix/nudge", ("unit", office.County.School.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("said", "请抓紧"));
        Assert.Equal($"/notices/{id}/matrix", Redirect(dun));
    }

    [Fact]
    public async Task Attachment_IsKept_Frozen_AndReadByWhoeverReadsTheNotice()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.CreateAsync();
        using var clerk = await SignInAsync(office, "performance");
        byte[] picture = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Convert.FromBase64String("AAAADUlIRFIAAAABAAAAAQgGAAAAHxXEiQAAAA1JREFUeNpj/P+/ngEABwIC/n5bn6wAAAAASUVORK5CYII=")];
        using var sent = await clerk.Http.PostAsync($"/api/notices/{id}/files?name=%E9%99%84%E8%A1%A8.png", new ByteArrayContent(picture), Ct);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        var file = (await sent.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetGuid();
        using var hostile = await clerk.Http.PostAsync($"/api/notices/{id}/files?name=x.pdf", new ByteArrayContent([0x4D, 0x5A, 0x90, 0x00, 0x03, 0x00, 0x00, 0x00]), Ct);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, hostile.StatusCode);

        var version = NoticeDraft.Of((await office.App.Get<ReadNotice>().RunAsync(await office.County.AsAsync("performance"), id, Ct)).Value.Notice);
        Assert.Contains(version.Attachments, a => a.Id == file && a.Name == "附表.png" && a.Sha256.Length == 64);
        using var school = await SignInAsync(office, "school");
        Assert.Equal(HttpStatusCode.NotFound, (await school.GetAsync($"/notices/{id}/files/{file}")).StatusCode);
        var current = (await office.App.Get<ReadNotice>().RunAsync(await office.County.AsAsync("performance"), id, Ct)).Value.Notice.Version;
        NoticeOffice.Done(await office.App.Get<SubmitNotice>().RunAsync(await office.County.AsAsync("performance"), id, current, "", office.Command(), Ct));
        NoticeOffice.Done(await office.App.Get<SignNotice>().RunAsync(await office.County.AsAsync("leader"), id, current, "", office.Command(), Ct));
        NoticeOffice.Done(await office.App.Get<IssueNotice>().RunAsync(await office.County.AsAsync("performance"), id, office.Command(), Ct));
        using var removed = await clerk.Http.DeleteAsync($"/api/notices/{id}/files/{file}", Ct);
        Assert.Equal(HttpStatusCode.Conflict, removed.StatusCode);
        Assert.Equal(picture, await school.Http.GetByteArrayAsync($"/notices/{id}/files/{file}", Ct));
    }

    private static async Task<Visitor> SignInAsync(NoticeOffice office, string person)
    {
        var visitor = new Visitor(office.App.Address);
        Redirect(await visitor.SubmitAsync("/sign-in", "/sign-in", ("userName", office.County.UserNameOf(person)), ("password", office.County.PasswordOf(person))));
        return visitor;
    }

    private static string Redirect(HttpResponseMessage response)
    {
        Assert.True(response.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.SeeOther, $"Answered {response.StatusCode}");
        return response.Headers.Location!.ToString();
    }
}
