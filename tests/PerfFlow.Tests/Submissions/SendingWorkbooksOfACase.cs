using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.SpotChecks;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Appraisals;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Rectification;
using PerfFlow.Tests.Servers;
using PerfFlow.Tests.SpotChecks;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>Whoever fills in a form of the chain does it in a workbook: prefilled, sent back, faults told by cell, good rows taken.</summary>
public sealed class SendingWorkbooksOfACase(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReportOfADepartment_FilledInInExcel_IsComputedAndSent()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "department-evaluation");
        await desk.FileAsync("education", EvaluatingByTheDepartment.Planned);
        await desk.DecidedAsync("culture", "Approve");
        using var education = await desk.SignedInAsync("education");
        var workbook = await CaseWorkbookDoor.PrefilledAsync(education, desk.CaseId);
        Assert.Equal("决策", EditedWorkbook.Text(workbook, "评价指标评分表", "一级指标", 1));
        var framework = (await desk.SeenByAsync("education")).Form.Rows(ScoreTable.Table);
        (string, string, int, string)[] cells =
        [
            ("表单", "评价结论", 1, "目标基本完成。"), ("表单", "有关建议", 1, "建议继续安排。"), ("表单", "填报人", 1, "陈某某"), ("表单", "联系电话", 1, "0578-6000000"),
            ("表单", "单位负责人", 1, "王某某"), ("表单", "填报日期", 1, "2023/10/12"), ("表单", "综合得分", 1, "100"), ("表单", "评价资金（万元）", 1, "=1/0"), ("表单", "项目名称", 1, "另一个项目"),
            .. framework.Select((r, i) => ("评价指标评分表", "得分", i + 1, i == 0 ? "3" : r["weight"])),
            ("评价指标评分表", "扣分原因", 1, "立项依据不充分。"),
            ("发现的问题", "项目代码", 1, desk.County.SchoolProject.Code), ("发现的问题", "问题", 1, "考核结果未与付款挂钩。"), ("发现的问题", "整改要求", 1, "完善考核办法。"),
        ];
        await CaseWorkbookDoor.TakenAsync(education, desk.CaseId, EditedWorkbook.With(workbook, cells));

        var form = (await desk.SeenByAsync("education")).Form;
        Assert.Equal(("99", "优", "468", "校园卫生专业技术服务", "2023-10-12"), (form[ScoreTable.Total], form[ScoreTable.Grade], form["plan.amount"], form["project.name"], form["filedOn"]));
        Assert.Equal(framework.Select(r => r.Id), form.Rows(ScoreTable.Table).Select(r => r.Id));
        Assert.Equal("完善考核办法。", Assert.Single(form.Rows(AppraisalFields.Problems))["demand"]);
        Assert.Contains("已生成草稿 1 件", (await education.PageAsync(CaseWorkbookDoor.Page(desk.CaseId))).Body!.TextContent, StringComparison.Ordinal);

        await RectificationDoors.TokenAsync(education);
        await AttachAsync(education, desk.CaseId, "report");
        var filing = await education.Http.GetFromJsonAsync<JsonElement>($"/api/filings/{desk.CaseId}", Ct);
        using var sent = await PostAsync(education, $"/api/filings/{desk.CaseId}/submit", JsonContent.Create(new { visit = filing.GetProperty("visit").GetInt32(), version = filing.GetProperty("version").GetInt32() }));
        Assert.True(sent.IsSuccessStatusCode, await sent.Content.ReadAsStringAsync(Ct));
        Assert.Equal(CaseStates.Performance, (await desk.StateAsync()).State);
    }

    [Fact]
    public async Task BadCellOfARectification_IsToldByItsPlace_AndTheGoodRowsAreTaken()
    {
        await using var office = await RectificationOffice.OpenAsync(postgres);
        var id = await office.OrderedAsync();
        using var school = await office.SignedInAsync("school");
        var workbook = await CaseWorkbookDoor.PrefilledAsync(school, id);
        Assert.Equal(("采购验收资料不全", "2", "绩效目标申报"), (
            EditedWorkbook.Text(workbook, "问题整改情况", "问题", 1), EditedWorkbook.Text(workbook, "问题整改情况", "行号", 2), EditedWorkbook.Text(workbook, "表单", "来源类型", 1)));
        (string, string, int, string)[] good =
        [
            ("表单", "填报人", 1, "陈某某"), ("表单", "联系电话", 1, "0578-6000000"), ("表单", "单位负责人", 1, "王某某"), ("表单", "填报日期", 1, "2023-10-12"),
            .. ((int[])[1, 2]).SelectMany(row => ((string, string, int, string)[])
            [
                ("问题整改情况", "整改措施", row, $"措施{row}"), ("问题整改情况", "责任部门、岗位", row, "总务处"), ("问题整改情况", "完成时限", row, "2023-10-30"), ("问题整改情况", "完成情况", row, "已完成"),
                ("问题整改情况", "问题", row, "别的问题"),
            ]),
        ];
        var faulty = EditedWorkbook.With(workbook, [.. good, ("问题整改情况", "完成情况", 1, "差不多了")]);
        var told = await CaseWorkbookDoor.SentAsync(school, id, faulty);
        Assert.Equal("faulty", told.GetProperty("state").GetString());
        var problem = Assert.Single(told.GetProperty("problems").EnumerateArray());
        Assert.Equal(("问题整改情况", 3, 10, "差不多了"), (
            problem.GetProperty("place").GetProperty("sheet").GetString(), problem.GetProperty("place").GetProperty("row").GetInt32(), problem.GetProperty("place").GetProperty("column").GetInt32(),
            problem.GetProperty("value").GetString()));
        Assert.Contains("完成情况", problem.GetProperty("wrong").GetString(), StringComparison.Ordinal);
        Assert.Contains("已完成", problem.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        var page = (await school.PageAsync(CaseWorkbookDoor.Page(id))).Body!.TextContent;
        Assert.Contains("问题整改情况 J3", page, StringComparison.Ordinal);
        Assert.Null((await office.FilingAsync("school", id)).Draft);

        var document = told.GetProperty("id").GetGuid();
        using var marked = await school.GetAsync($"/filings/import/{document}/marked");
        Assert.Equal(HttpStatusCode.OK, marked.StatusCode);
        Assert.Equal("差不多了", EditedWorkbook.Text(await marked.Content.ReadAsByteArrayAsync(Ct), "问题整改情况", "完成情况", 1));
        using var taken = await school.SubmitAsync(CaseWorkbookDoor.Page(id), $"/filings/import/{document}/take");
        Assert.True(taken.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(taken));
        var lines = (await office.FilingAsync("school", id)).Form.Rows(RectificationForm.Lines);
        Assert.Equal(("", "措施2", RectificationForm.Done, "资金支付进度偏慢"), (lines[0]["measure"], lines[1]["measure"], lines[1]["state"], lines[1]["text"]));

        await CaseWorkbookDoor.TakenAsync(school, id, EditedWorkbook.With(workbook, good));
        Assert.Equal("措施1", (await office.FilingAsync("school", id)).Form.Rows(RectificationForm.Lines)[0]["measure"]);

        var stray = await CaseWorkbookDoor.SentAsync(school, id, EditedWorkbook.With(workbook, [.. good, ("问题整改情况", "行号", 2, "7")]));
        Assert.Equal(("taken", "7"), (stray.GetProperty("state").GetString(), Assert.Single(stray.GetProperty("problems").EnumerateArray()).GetProperty("value").GetString()));
        var foreign = await CaseWorkbookDoor.SentAsync(school, id, EditedWorkbook.With(workbook, [.. good, ("表单", "项目代码", 1, office.County.HealthProject.Code)]));
        Assert.Equal(("faulty", 0), (foreign.GetProperty("state").GetString(), foreign.GetProperty("drafts").GetInt32()));
    }

    [Fact]
    public async Task SpotScoreInAWorkbook_IsTheBureausAlone()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "spot-check");
        using var school = await desk.SignedInAsync("school");
        await desk.SaveAsync("school", CheckingOnTheSpot.Evidenced, "evidence");
        await SameAsync(desk, "school");
        await desk.FileAsync("school", CheckingOnTheSpot.Evidenced, "evidence");

        using var culture = await desk.SignedInAsync("culture");
        await desk.SaveAsync("culture", CheckingOnTheSpot.ScoredAgain);
        var document = await SameAsync(desk, "culture");
        using var health = await desk.SignedInAsync("health");
        using var education = await desk.SignedInAsync("education");
        await RectificationDoors.TokenAsync(school);
        await HiddenAsync();
        await desk.FileAsync("culture", CheckingOnTheSpot.ScoredAgain);
        await HiddenAsync();
        await desk.DecidedAsync("performance", "Approve");

        // Fed back, the unit fills in its own objection; what the section sent stays the section's.
        await desk.SaveAsync("school", Objected, "evidence");
        await SameAsync(desk, "school");
        Assert.Equal(2, (await school.Http.GetFromJsonAsync<JsonElement>($"/api/filings/{desk.CaseId}/workbooks", Ct)).GetArrayLength());
        foreach (var path in (string[])[$"/api/workbooks/{document}", $"/api/workbooks/{document}/marked", $"/filings/import/{document}/marked"])
        {
            using var answer = await school.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }

        await desk.FileAsync("school", Objected, "evidence");
        await desk.SaveAsync("performance", form => CheckingOnTheSpot.Row(form, SpotCheckSettlement.Table, 0, r => r.With("taken", "yes").With("final", "37").With("reason", "补充材料属实。")));
        await SameAsync(desk, "performance");

        async Task HiddenAsync()
        {
            foreach (var who in (Visitor[])[school, education, health])
            {
                string[] paths =
                [
                    CaseWorkbookDoor.Page(desk.CaseId), $"/filings/import/sent?case={desk.CaseId}", $"/filings/import/workbook?case={desk.CaseId}", $"/filings/import/workbook?blank=true&case={desk.CaseId}",
                    $"/api/filings/{desk.CaseId}/workbooks/prefilled", $"/api/filings/{desk.CaseId}/workbooks/blank",
                    $"/api/workbooks/{document}", $"/api/workbooks/{document}/marked", $"/filings/import/{document}/marked",
                ];
                foreach (var path in paths)
                {
                    using var answer = await who.GetAsync(path);
                    var body = await answer.Content.ReadAsStringAsync(Ct);
                    Assert.True(answer.StatusCode == HttpStatusCode.NotFound || (who == school && path.Contains("import?case", StringComparison.Ordinal)) || (who == school && path.Contains("sent?case", StringComparison.Ordinal)), $"{path}: {answer.StatusCode}");
                    Assert.DoesNotContain(document.ToString(), body.Replace(path, "", StringComparison.Ordinal), StringComparison.Ordinal);
                }
            }

            using var taken = await PostAsync(school, $"/api/workbooks/{document}/take", null);
            Assert.Equal(HttpStatusCode.NotFound, taken.StatusCode);
            using var sent = await PostAsync(school, $"/api/filings/{desk.CaseId}/workbooks?name=a.xlsx", new ByteArrayContent([1, 2, 3]));
            Assert.Equal(HttpStatusCode.NotFound, sent.StatusCode);
        }

        static FormContent Objected(FormContent form) => CheckingOnTheSpot.Row(form, SpotCheckObjection.Table, 1, r => r.With("asked", "38").With("said", "签收记录已补充。"));
    }

    [Fact]
    public async Task EvaluationsOfOneNotice_AreFilledInTogether()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var notice = await office.IssuedAsync(NoticeOffice.Draft with
        {
            Opens = NoticeKinds.FinanceEvaluation,
            Recipients = new RecipientChoice { Projects = [office.County.SchoolProject.Code, office.County.HealthProject.Code] },
        });
        var cases = await office.CasesAsync(notice);
        var (school, health) = (cases.Single(c => c.UnitId == office.County.School.Id).CaseId, cases.Single(c => c.UnitId == office.County.Health.Id).CaseId);
        using var performance = await new Visitor(office.App.Address).SignedInAsync(office.County.UserNameOf("performance"), office.County.PasswordOf("performance"));
        var link = (await performance.PageAsync(CaseWorkbookDoor.Page(school))).QuerySelectorAll("a").Single(a => a.GetAttribute("href")!.Contains("alike", StringComparison.Ordinal));
        Assert.Contains("2 件", link.TextContent, StringComparison.Ordinal);
        var both = await performance.Http.GetByteArrayAsync(link.GetAttribute("href"), Ct);
        (string, string, int, string)[] cells =
        [
            .. ((int[])[1, 2]).SelectMany(row => ((string, string, int, string)[])
            [
                ("表单", "组织方式", row, "财政自行组织"), ("表单", "列入理由：民生", row, "是"), ("表单", "列入理由说明", row, $"理由{row}"), ("表单", "评价方法", row, "成本效益分析。"),
                ("表单", "填报人", row, "孙某某"), ("表单", "填报日期", row, "2023-10-12"),
            ]),
        ];
        var told = await CaseWorkbookDoor.SentAsync(performance, school, EditedWorkbook.With(both, cells));
        Assert.Equal(("taken", 2), (told.GetProperty("state").GetString(), told.GetProperty("drafts").GetInt32()));
        var viewer = await office.County.AsAsync("performance");
        var filings = office.App.Get<FilingCases>();
        Assert.Equal(("理由1", "理由2"), ((await filings.FindAsync(viewer, school, Ct)).Value.Form["finance.grounds"], (await filings.FindAsync(viewer, health, Ct)).Value.Form["finance.grounds"]));

        // Of two rows the good one is taken.
        told = await CaseWorkbookDoor.SentAsync(performance, school, EditedWorkbook.With(both, [.. cells, ("表单", "列入理由说明", 1, "新的理由"), ("表单", "填报日期", 2, "下周")]));
        Assert.Equal("faulty", told.GetProperty("state").GetString());
        using var taken = await performance.SubmitAsync(CaseWorkbookDoor.Page(school), $"/filings/import/{told.GetProperty("id").GetGuid()}/take");
        Assert.True(taken.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(taken));
        Assert.Equal(("新的理由", "2023-10-12"), ((await filings.FindAsync(viewer, school, Ct)).Value.Form["finance.grounds"], (await filings.FindAsync(viewer, health, Ct)).Value.Form["filedOn"]));
    }

    [Fact]
    public async Task EveryFormOfAFinanceEvaluation_SentBack_SaysTheSame()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "finance-evaluation");
        await StepAsync("performance", EvaluatingByTheBureau.Planned);
        await desk.DecidedAsync("leader", "Approve");
        await StepAsync("performance", form => EvaluatingByTheBureau.Commissioned(form, "青田某某会计师事务所"));
        await StepAsync("performance", form => EvaluatingByTheDepartment.Scored(form, 12), "report");
        await StepAsync("education", form => EvaluatingByTheBureau.Stance(form, "object", "合同已约定按考核付款。"));
        await StepAsync("performance", form => form.WithRows("replies", [.. form.Rows("replies").Select(r => r.With("taken", "no").With("reason", "合同未约定。"))]), "report");
        Assert.Equal(CaseStates.Leader, (await desk.StateAsync()).State);

        async Task StepAsync(string person, Func<FormContent, FormContent> type, params string[] files)
        {
            await desk.SaveAsync(person, type, files);
            await SameAsync(desk, person);
            var before = (await desk.SeenByAsync(person)).Task!.Visit;
            await desk.FileAsync(person, form => form, files);
            Assert.NotEqual(before, (await desk.StateAsync()).Visit);
        }
    }

    [Fact]
    public async Task ProposalAndBookingOfAResult_SentBack_SayTheSame()
    {
        await using var office = await RectificationOffice.OpenAsync(postgres);
        var opened = await office.App.Get<Platform.Results.ProposeResult>().RunAsync(await office.AsAsync("performance"), office.Origin, office.Command(), Ct);
        Assert.True(opened.Ok, opened.Refusal?.Code);
        var id = opened.Value;
        using var performance = await office.SignedInAsync("performance");
        await office.KeepAsync("performance", id, f => f.With("result.kind", "ratio").With("result.percent", "10").With("result.reason", "评价结果为中，按办法扣减。").With("filler", "孙某某").With("filedOn", "2023-10-12"));
        await CaseWorkbookDoor.TakenAsync(performance, id, EditedWorkbook.With(await CaseWorkbookDoor.PrefilledAsync(performance, id), ("表单", "应用金额（万元）", 1, "1"), ("表单", "比例（%）", 1, "20")));
        var form = (await office.FilingAsync("performance", id)).Form;
        Assert.Equal(("20", "93.6", "374.4"), (form["result.percent"], form["result.change"], form["result.after"]));

        using var school = await office.SignedInAsync("school");
        using var hidden = await school.GetAsync($"/api/filings/{id}/workbooks/prefilled");
        Assert.Equal(HttpStatusCode.Forbidden, hidden.StatusCode);

        await office.FileAsync("performance", id, f => f);
        await office.DecideAsync("budget", id, "Approve");
        await office.DecideAsync("leader", id, "Approve");
        using var budget = await office.SignedInAsync("budget");
        (string, string, int, string)[] booked = [("表单", "入账文号", 1, "青财预〔2024〕3号"), ("表单", "入账日期", 1, "2023-10-12"), ("表单", "填报人", 1, "孙某某")];
        await CaseWorkbookDoor.TakenAsync(budget, id, EditedWorkbook.With(await CaseWorkbookDoor.PrefilledAsync(budget, id), booked));
        Assert.Equal(("青财预〔2024〕3号", "93.6"), ((await office.FilingAsync("budget", id)).Form["booking.document"], (await office.FilingAsync("budget", id)).Form["booking.amount"]));
    }

    /// <summary>The person's workbook goes out and comes back unchanged; gives the id of the document.</summary>
    private static async Task<Guid> SameAsync(AppraisalDesk desk, string person)
    {
        using var who = await desk.SignedInAsync(person);
        var before = (await desk.SeenByAsync(person)).Form;
        var told = await CaseWorkbookDoor.SentAsync(who, desk.CaseId, await CaseWorkbookDoor.PrefilledAsync(who, desk.CaseId));
        Assert.True(told.GetProperty("state").GetString() == "taken" && told.GetProperty("problems").GetArrayLength() == 0, told.ToString());
        var after = await desk.SeenByAsync(person);
        Assert.Equal(FilingSource.Workbook, after.Draft!.Source);
        Assert.Equal(before.Pairs(), after.Form.Pairs());
        return told.GetProperty("id").GetGuid();
    }

    private static async Task AttachAsync(Visitor who, long caseId, string kind)
    {
        var file = new ByteArrayContent([.. "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"u8]);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var added = await PostAsync(who, $"/api/filings/{caseId}/attachments?kind={kind}&name=report.pdf", file);
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync(Ct));
    }

    private static async Task<HttpResponseMessage> PostAsync(Visitor who, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        return await who.Http.SendAsync(request, Ct);
    }
}
