using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>The page on which whoever fills in a case takes a workbook away and sends it back.</summary>
internal static class CaseWorkbookDoor
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string Page(long caseId) => string.Create(CultureInfo.InvariantCulture, $"/filings/import?case={caseId}");

    public static async Task<byte[]> PrefilledAsync(Visitor who, long caseId)
    {
        var page = await who.PageAsync(Page(caseId));
        var link = page.QuerySelectorAll("a").First(a => a.GetAttribute("href")!.StartsWith("/filings/import/workbook?case", StringComparison.Ordinal)).GetAttribute("href")!;
        using var workbook = await who.GetAsync(link);
        Assert.True(workbook.IsSuccessStatusCode, await Visitor.WhyAsync(workbook));
        return await workbook.Content.ReadAsByteArrayAsync(Ct);
    }

    /// <summary>Sends it from the page; gives what became of it once Intake has answered.</summary>
    public static async Task<JsonElement> SentAsync(Visitor who, long caseId, byte[] bytes)
    {
        var document = await who.PageAsync(Page(caseId));
        var form = Assert.Single(document.Forms, f => f.GetAttribute("action") == "/filings/import");
        using var content = new MultipartFormDataContent();
        foreach (var field in form.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>())
        {
            content.Add(new StringContent(field.Value), field.Name!);
        }

        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Add(file, "file", "表.xlsx");
        using var sent = await who.Http.PostAsync("/filings/import", content, Ct);
        Assert.True(sent.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(sent));
        JsonElement told = default;
        await Waiting.UntilAsync(
            async () =>
            {
                told = (await who.Http.GetFromJsonAsync<JsonElement>($"/api/filings/{caseId}/workbooks", Ct))[0];
                return told.GetProperty("state").GetString() != "sent";
            },
            () => told.ToString());
        return told;
    }

    /// <summary>As <see cref="SentAsync"/>, of one that is good.</summary>
    public static async Task TakenAsync(Visitor who, long caseId, byte[] bytes)
    {
        var told = await SentAsync(who, caseId, bytes);
        Assert.True(told.GetProperty("state").GetString() == "taken" && told.GetProperty("problems").GetArrayLength() == 0, told.ToString());
    }
}
