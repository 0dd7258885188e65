using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Organisation;
using Xunit;

namespace PerfFlow.Tests.Access;

/// <summary>加签, 减签, 委派, 取回, 退回到 and 抄送 in the same matrix: each verb, by page and by API, is for whoever holds the step.</summary>
public sealed partial class FilingsThroughEveryDoor
{
    /// <summary>A verb at one of its two doors; {0} = case, {1} = its open visit. What is sent would be refused even of the holder, so nothing moves.</summary>
    /// <param name="Others">What whoever sees the case, and does not hold the step, is answered.</param>
    /// <param name="Holder">What the holder of a review is answered.</param>
    private sealed record SigningVerb(string Path, string Body, string Others, string Holder);

    private static readonly SigningVerb[] Verbs =
    [
        new("/api/cases/{0}/signers", """{"visit":{1},"place":"Before","people":[],"reason":"请一并把关。"}""", "task-not-yours", "signers-unknown"),
        new("/api/cases/{0}/signers", """{"visit":{1},"place":"Asked","people":[],"reason":"请一并把关。"}""", "task-not-yours", "signers-unknown"),
        new("/api/cases/{0}/signers/remove", """{"step":1,"number":1,"reason":"不再加签。"}""", "unknown-participant", "unknown-participant"),
        new("/api/cases/{0}/take-back", """{"visit":{1},"reason":"漏看了附件。"}""", "visit-closed", "visit-closed"),
        new("/api/cases/{0}/return-to", """{"visit":{1},"target":"fill","straight":true,"text":"请补充依据。"}""", "task-not-yours", "return-needs-reason"),
        new("/api/cases/{0}/copies", """{"visit":{1},"people":[]}""", "task-not-yours", "signers-unknown"),
        new("/cases/{0}/together/sign", "visit={1}&place=Before&reason=please", "403", "422"),
        new("/cases/{0}/together/ask", "visit={1}&reason=please", "403", "422"),
        new("/cases/{0}/together/ask/find", "find=a", "403", "200"),
        new("/cases/{0}/together/copy", "visit={1}", "403", "422"),
        new("/cases/{0}/together/return", "visit={1}&target=fill&text=short", "403", "422"),
        // A page shows what of one's own could be taken back; nobody here has decided anything.
        new("/cases/{0}/together/take-back", "visit={1}&reason=please", "403", "409"),
        new("/cases/{0}/together/remove", "step=1&number=1&reason-1=please", "422", "422"),
    ];

    [Theory]
    [MemberData(nameof(People))]
    public async Task SigningVerb_IsForWhoHoldsTheStep(string role, string place, string seen, string own, string held)
    {
        Assert.True(own.Length == 0 || role is Roles.Unit or Roles.UnitHead);
        using var who = await SignedInAsync(role, place);
        await BringTokenAsync(who);
        var before = await LinesOfCasesAsync();
        var wrong = new List<string>();
        foreach (var filing in filed.Filings)
        {
            var holds = held.Split(' ').Contains(filing.Name);
            // Whoever fills in has no review to share; the school's and the health bureau's cases are being reviewed.
            var reviews = holds && filing.Name != "farm";
            foreach (var verb in Verbs)
            {
                var path = Filled(verb.Path, filing);
                using var request = new HttpRequestMessage(HttpMethod.Post, path)
                {
                    Content = new StringContent(Filled(verb.Body, filing), Encoding.UTF8, path.StartsWith("/api/", StringComparison.Ordinal) ? "application/json" : "application/x-www-form-urlencoded"),
                };
                using var answer = await who.Http.SendAsync(request, Ct);
                var got = path.StartsWith("/api/", StringComparison.Ordinal)
                    ? (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString()!
                    : Number((int)answer.StatusCode);
                var expected = !seen.Split(' ').Contains(filing.Name) ? path.StartsWith("/api/", StringComparison.Ordinal) ? "not-found" : "404"
                    : reviews ? verb.Holder
                    : !holds ? verb.Others
                    : verb.Others switch { "task-not-yours" => "act-not-allowed", "403" => "409", var same => same };
                if (got != expected)
                {
                    wrong.Add($"{path} {verb.Body}: {got}; the policy says: {expected}");
                }
            }

            if (seen.Split(' ').Contains(filing.Name))
            {
                // Whom one could ask, or show it to, is told to nobody who could not.
                var read = await who.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{filing.CaseId}/signers", Ct);
                var told = (read.GetProperty("mayAsk").GetArrayLength() > 0, read.GetProperty("mayShow").GetArrayLength() > 0, read.GetProperty("targets").GetArrayLength() > 0, read.GetProperty("takeBack").ValueKind != JsonValueKind.Null);
                if (told != (reviews, reviews, reviews, false))
                {
                    wrong.Add($"{filing.Name} tells {told}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{role} at {place}:\n{string.Join('\n', wrong)}");
        Assert.Equal(before, await LinesOfCasesAsync());
    }

    private async Task<int> LinesOfCasesAsync()
    {
        var ids = filed.Filings.Select(f => f.CaseId).ToList();
        await using var db = filed.Office.App.Db();
        return await db.Journal.CountAsync(j => ids.Contains(j.CaseId), Ct) + await db.Copies.CountAsync(c => ids.Contains(c.CaseId), Ct);
    }
}
