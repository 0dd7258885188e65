using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Monitoring;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Evaluations;

public sealed class SendingEvaluationWorkbooks(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NoticeKinds.Monitoring)]
    [InlineData(NoticeKinds.SelfEvaluation)]
    public async Task PrefilledWorkbook_SentBack_SaysTheSame(string kind)
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(kind);
        var filing = await desk.FilingAsync();
        var form = EvaluationDesk.Over(filing.Form, kind == NoticeKinds.Monitoring ? FilingAMonitoring.Good : FilingASelfEvaluation.Good);
        NoticeOffice.Done(await desk.Office.App.Get<KeepFiling>().RunAsync(
            await desk.Office.County.AsAsync("school"), desk.CaseId, new FilingPost(filing.Task!.Visit, 0, form.Pairs(), new Dictionary<int, AnswerDraft>()), Ct));
        var before = (await desk.FilingAsync()).Form;

        var clerk = await desk.AsAsync("school");
        using var workbook = await clerk.GetAsync($"/filings/import/workbook?notice={desk.NoticeId}&unit={desk.Office.County.School.Id}");
        Assert.True(workbook.IsSuccessStatusCode, await Visitor.WhyAsync(workbook));
        var draft = await SentAsync(desk, clerk, "表.xlsx", await workbook.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(FilingSource.Workbook, draft.Source);
        Assert.Equal(before.Pairs(), FormContent.FromJson(before.Layout, draft.Form).Pairs());
    }

    [Fact]
    public async Task Csv_OfTheMoneyAlone_LeavesTheIndicatorsAsTheyAre()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.Monitoring);
        var clerk = await desk.AsAsync("school");
        var draft = await SentAsync(desk, clerk, "监控.csv", Encoding.UTF8.GetBytes($"项目代码,轮次,调整后预算数,执行数,全年预计执行数\n{desk.Project.Code},1-9月,460,210,450\n"));
        var form = FormContent.FromJson(MonitoringLayout, draft.Form);
        Assert.Equal((460m, 210m, 45.65m, 450m), (form.Rows("progress")[0].Number("adjusted"), form.Rows("progress")[0].Number("paid"), form.Rows("progress")[0].Number("rate"), form.Rows("progress")[0].Number("forecast")));
        Assert.Equal((8, "42"), (form.Rows("indicators").Count, form.Rows("indicators")[0]["value"]));
    }

    [Fact]
    public async Task BlankWorkbook_IsThatOfTheNotice()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.SelfEvaluation);
        var clerk = await desk.AsAsync("school");
        using var blank = await clerk.GetAsync($"/filings/import/workbook?blank=true&notice={desk.NoticeId}");
        Assert.Contains("自评", Uri.UnescapeDataString(blank.Content.Headers.ContentDisposition!.ToString()), StringComparison.Ordinal);
    }

    private static readonly FormLayout MonitoringLayout = Platform.Monitoring.MonitoringForm.Instance.Layout;

    private static async Task<Draft> SentAsync(EvaluationDesk desk, Visitor clerk, string name, byte[] bytes)
    {
        var document = await clerk.PageAsync($"/filings/import?notice={desk.NoticeId}");
        var form = Assert.Single(document.Forms, f => f.GetAttribute("action") == "/filings/import");
        using var content = new MultipartFormDataContent();
        foreach (var field in form.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>())
        {
            content.Add(new StringContent(field.Value), field.Name!);
        }

        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Add(file, "file", name);
        using var sent = await clerk.Http.PostAsync("/filings/import", content, Ct);
        Assert.True((int)sent.StatusCode < 400, await Visitor.WhyAsync(sent));
        var told = "";
        await Waiting.UntilAsync(
            async () =>
            {
                told = (await clerk.Http.GetFromJsonAsync<JsonElement>($"/api/notices/{desk.NoticeId}/workbooks", Ct)).ToString();
                await using var db = desk.Office.App.Db();
                return await db.Drafts.AnyAsync(d => d.CaseId == desk.CaseId && d.Source == FilingSource.Workbook, Ct);
            },
            () => told);
        await using var read = desk.Office.App.Db();
        return await read.Drafts.AsNoTracking().SingleAsync(d => d.CaseId == desk.CaseId, Ct);
    }
}
