using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>What axe-core finds on a page.</summary>
internal static class Accessibility
{
    // Evaluated through the debugger, where the page's Content-Security-Policy does not reach: the policy stays as shipped.
    private const string Run = """
        async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
            .filter(found => found.impact === 'serious' || found.impact === 'critical')
            .map(found => `${found.id} (${found.impact}): ${found.help}\n` + found.nodes.slice(0, 5)
                .map(node => `    ${node.target.join(' ')}  ${node.html.slice(0, 120)}`).join('\n'))
        """;

    private static string Script => Path.Combine(Repository.Root, "src", "PerfFlow.Platform", "node_modules", "axe-core", "axe.min.js");

    /// <summary>Fails with the findings of impact serious or critical, each with the elements concerned.</summary>
    internal static async Task AssertNoSeriousAxeFindingsAsync(IPage page)
    {
        Assert.SkipUnless(File.Exists(Script), "axe-core is not installed (npm ci in src/PerfFlow.Platform).");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Script, TestContext.Current.CancellationToken));
        var findings = (await page.EvaluateAsync<JsonElement>(Run)).EnumerateArray().Select(finding => finding.GetString()).ToList();
        Assert.True(findings.Count == 0, $"{page.Url}\n{string.Join('\n', findings)}");
    }
}
