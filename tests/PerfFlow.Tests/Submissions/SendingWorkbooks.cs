using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Submissions;

public sealed class SendingWorkbooks(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PrefilledWorkbook_SentBack_BecomesADraft()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        using var kept = await desk.SendAsync(clerk, "draft", await desk.PostOfAsync(clerk, desk.Good));
        var page = await clerk.PageAsync($"/filings/import?notice={desk.NoticeId}");
        var link = page.QuerySelectorAll("a").Single(a => a.GetAttribute("href")!.Contains("/workbook?notice", StringComparison.Ordinal)).GetAttribute("href")!;
        using var workbook = await clerk.GetAsync(link);
        Assert.True(workbook.IsSuccessStatusCode, link + await workbook.Content.ReadAsStringAsync(Ct));
        var bytes = await workbook.Content.ReadAsByteArrayAsync(Ct);
        using var sent = await SendAsync(desk, clerk, "目标.xlsx", bytes);
        Assert.True(sent.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(sent));
        var list = await UntilAnsweredAsync(desk, clerk);
        Assert.Contains("已生成草稿 1 件", list, StringComparison.Ordinal);
        var draft = await desk.DraftAsync();
        Assert.Equal((FilingSource.Workbook, 2), (draft!.Source, draft.Version));
        Assert.Equal(desk.Good.Indicators.Select(r => r.Name), GoalFiling.Read(draft.Form).Indicators.Select(r => r.Name));
        Assert.Equal(CaseStates.Draft, (await desk.StateAsync()).State);
    }

    [Fact]
    public async Task LargeWorkbook_OfAnIntakeThatIsAway_WaitsForIt()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var (app, clerk) = (desk.Office.App, await desk.AsAsync("school"));
        using var kept = await desk.SendAsync(clerk, "draft", await desk.PostOfAsync(clerk, desk.Good));
        var workbook = await clerk.Http.GetByteArrayAsync($"/api/notices/{desk.NoticeId}/workbooks/prefilled", Ct);
        using var sent = await SendAsync(desk, clerk, "目标.xlsx", workbook);
        await UntilAnsweredAsync(desk, clerk);
        await using var db = app.Db();
        var document = await db.Documents.SingleAsync(Ct);
        document.State = SentDocumentState.Sent;
        await db.SaveChangesAsync(Ct);
        app.Get<IConfiguration>()[IntakeClient.AddressSetting] = "http://127.0.0.1:1";

        // As if it had been too large for a message: its values are fetched from Intake.
        var region = await db.Regions.SingleAsync(Ct);
        await WriteAsync(app, new DocumentAccepted
        {
            MessageId = CommandId.Of($"again {document.Id}"), Region = new(region.Code, region.Generation), At = app.Time.GetUtcNow(),
            Document = document.Id, FileName = document.Name, Layout = "goal-filing", Sha256 = document.Sha256!, File = document.FileId, Rows = 1,
        });
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Ct);
        Assert.Empty(await app.Services.GetRequiredKeyedService<Outbox>("intake").DeadAsync(Ct));
        Assert.Equal(SentDocumentState.Sent, (await db.Documents.AsNoTracking().SingleAsync(Ct)).State);
        app.Get<IConfiguration>()[IntakeClient.AddressSetting] = "";

        await Waiting.UntilAsync(async () => (await db.Documents.AsNoTracking().SingleAsync(Ct)).State == SentDocumentState.Taken, () => "the workbook is taken");

        static async Task WriteAsync(App.PerfFlowApp app, Message message)
        {
            await using var connection = await app.Services.GetRequiredKeyedService<NpgsqlDataSource>("intake").OpenConnectionAsync(Ct);
            await app.Services.GetRequiredKeyedService<Outbox>("intake").AddAsync(connection, [message], Ct);
        }
    }

    [Fact]
    public async Task FaultyWorkbook_ChangesNothing_UntilTheClerkTakesTheGoodRows()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        var (code, goal) = (desk.Office.County.SchoolProject.Code, desk.Good.AnnualGoal);
        var csv = $"""
            预算年度,项目代码,项目名称,单位代码,项目属性,起始年,终止年,资金性质,年度资金总额,其中财政拨款,其他资金,年度总体目标
            2024,{code},校园卫生专业技术服务,101001,延续,2024,2024,一般公共预算,468,460,8,{goal}
            2024,33112124T000000000099,食堂改造,101001,延续,2024,2024,一般公共预算,很多,1,1,{goal}
            """;
        using var sent = await SendAsync(desk, clerk, "项目信息.csv", Encoding.UTF8.GetBytes(csv));
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        var list = await UntilAnsweredAsync(desk, clerk);
        Assert.Contains("有错误，没有导入", list, StringComparison.Ordinal);
        Assert.Contains("很多", list, StringComparison.Ordinal);
        Assert.Null(await desk.DraftAsync());

        var documents = await clerk.Http.GetFromJsonAsync<JsonElement>($"/api/notices/{desk.NoticeId}/workbooks", Ct);
        var id = documents[0].GetProperty("id").GetGuid();
        using var marked = await clerk.GetAsync($"/filings/import/{id}/marked");
        Assert.Equal(HttpStatusCode.OK, marked.StatusCode);
        using var taken = await clerk.SubmitAsync($"/filings/import?notice={desk.NoticeId}", $"/filings/import/{id}/take");
        Assert.True(taken.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(taken));
        Assert.Equal(460m, GoalFiling.Read((await desk.DraftAsync())!.Form).Annual.Fiscal);
        using var twice = await clerk.Http.PostAsync($"/api/workbooks/{id}/take", null, Ct);
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
    }

    [Fact]
    public async Task HostileOrForeignFile_IsRefusedWithASentence_AndNoFileWithAnother()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        using var sent = await SendAsync(desk, clerk, "目标.xlsx", Encoding.UTF8.GetBytes("<html><script>alert(1)</script></html>"));
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        var list = await UntilAnsweredAsync(desk, clerk);
        Assert.Contains("没有接收", list, StringComparison.Ordinal);
        Assert.Contains("文件内容是网页格式", list, StringComparison.Ordinal);
        using var large = await SendAsync(desk, clerk, "大.xlsx", new byte[21 * 1024 * 1024]);
        Assert.Contains("超过上限", await UntilAnsweredAsync(desk, clerk), StringComparison.Ordinal);
        using var nothing = await SendAsync(desk, clerk, "", null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.StatusCode);
        Assert.Contains("请先选择", await Visitor.WhyAsync(nothing), StringComparison.Ordinal);
        Assert.Null(await desk.DraftAsync());
    }

    [Fact]
    public async Task Documents_OfAnotherUnit_DoNotExist()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        using var sent = await SendAsync(desk, clerk, "目标.csv", Encoding.UTF8.GetBytes("项目代码,项目名称\n1,2\n"));
        var documents = await clerk.Http.GetFromJsonAsync<JsonElement>($"/api/notices/{desk.NoticeId}/workbooks", Ct);
        var id = documents[0].GetProperty("id").GetGuid();
        var stranger = await desk.AsAsync("health");
        foreach (var address in (string[])[$"/api/workbooks/{id}", $"/api/workbooks/{id}/marked", $"/filings/import/{id}/marked", $"/filings/import?notice={desk.NoticeId}&unit={desk.Office.County.School.Id}"])
        {
            using var answer = await stranger.GetAsync(address);
            Assert.Equal((address, HttpStatusCode.NotFound), (address, answer.StatusCode));
        }

        using var taken = await stranger.Http.PostAsync($"/api/workbooks/{id}/take", null, Ct);
        Assert.Equal(HttpStatusCode.NotFound, taken.StatusCode);
    }

    [Fact]
    public async Task Attachment_IsKeptWithTheForm_AndReadByWhoeverReadsIt()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        var bytes = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");
        using var added = await SendAsync(clerk, desk.Page, $"{desk.Page}/attachments", "评估报告.pdf", bytes, ("kind", CheckFacts.ExAnteReport));
        Assert.True(added.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(added));
        var file = Assert.Single(GoalFiling.Read((await desk.DraftAsync())!.Form).Attachments);
        var address = $"{desk.Page}/attachments/{file.FileId}";
        Assert.Equal(bytes, await clerk.Http.GetByteArrayAsync(address, Ct));

        var reviewer = await desk.AsAsync("education");
        using var early = await reviewer.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);
        await desk.SubmitAsync(clerk, desk.Good);
        Assert.Equal(bytes, await reviewer.Http.GetByteArrayAsync(address, Ct));
        using var foreign = await (await desk.AsAsync("health")).GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(FilingDesk desk, Visitor clerk, string name, byte[]? bytes) =>
        SendAsync(clerk, $"/filings/import?notice={desk.NoticeId}", "/filings/import", name, bytes);

    /// <summary>The form that posts to <paramref name="action"/> with a file chosen.</summary>
    private static async Task<HttpResponseMessage> SendAsync(Visitor clerk, string page, string action, string name, byte[]? bytes, params (string Name, string Value)[] more)
    {
        var document = await clerk.PageAsync(page);
        var form = Assert.Single(document.Forms, f => f.GetAttribute("action") == action);
        using var content = new MultipartFormDataContent();
        foreach (var field in form.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>())
        {
            content.Add(new StringContent(field.Value), field.Name!);
        }

        foreach (var (key, value) in more)
        {
            content.Add(new StringContent(value), key);
        }

        if (bytes is not null)
        {
            var file = new ByteArrayContent(bytes);
            file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Add(file, "file", name);
        }

        return await clerk.Http.PostAsync(action, content, Ct);
    }

    /// <summary>The list as the page polls it, once nothing waits any more.</summary>
    private static async Task<string> UntilAnsweredAsync(FilingDesk desk, Visitor clerk)
    {
        var text = "";
        await Waiting.UntilAsync(
            async () =>
            {
                text = await clerk.Http.GetStringAsync($"/filings/import/sent?notice={desk.NoticeId}", Ct);
                return !text.Contains("every 2s", StringComparison.Ordinal);
            },
            () => text);
        return text;
    }
}
