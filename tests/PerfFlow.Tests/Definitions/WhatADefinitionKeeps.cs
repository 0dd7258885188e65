using System.Text.Json.Nodes;
using PerfFlow.Platform.Definitions;
using Xunit;

namespace PerfFlow.Tests.Definitions;

/// <summary>What the platform relies on in a definition: refused with place and reason where a new version would break it.</summary>
public sealed class WhatADefinitionKeeps(DefinitionDesk desk) : IClassFixture<DefinitionDesk>
{
    private DefinitionContract Contract => desk.Office.App.Get<DefinitionContract>();

    [Theory]
    [InlineData("notice")]
    [InlineData("goal-filing")]
    [InlineData("monitoring")]
    [InlineData("self-evaluation")]
    [InlineData("department-evaluation")]
    [InlineData("spot-check")]
    [InlineData("finance-evaluation")]
    [InlineData("rectification")]
    [InlineData("result-application")]
    public void ShippedDefinition_KeepsAll(string definition) => Assert.Empty(Contract.Check(DefinitionDesk.Load(DefinitionDesk.Shipped(definition))));

    [Fact]
    public void OptionalSteps_MayBeRenamedAndGivenToOthers()
    {
        var edited = DefinitionDesk.Edited("goal-filing", 2, node =>
        {
            DefinitionDesk.Activity(node, "performanceReview")["metadata"]!["displayText"] = "分管领导审核";
            DefinitionDesk.SetPayload(node, "performanceReview", p => p.Replace("FIN_PERF", "FIN_LEADER", StringComparison.Ordinal));
        });

        Assert.Empty(Contract.Check(DefinitionDesk.Load(edited)));
    }

    [Theory]
    [InlineData("unknown-definition", "contract-definition", null)]
    [InlineData("form", "contract-form", "sectionReview")]
    [InlineData("outcome", "contract-outcome", "sectionReview")]
    [InlineData("due", "contract-due", "sectionReview")]
    [InlineData("kept", "contract-kept", "fill")]
    [InlineData("kept-outcome", "contract-kept-outcome", "verify")]
    [InlineData("missing-step", "contract-step", "close")]
    [InlineData("missing-event", "contract-activity", "refusal")]
    [InlineData("foreign", "contract-foreign", "beginRound")]
    [InlineData("no-due", "contract-stops", null)]
    [InlineData("fails", "contract-fails", "beginRound")]
    [InlineData("plain", "contract-plain", "sectionReview")]
    public void BreakingChange_IsRefusedWithPlaceAndReason(string change, string code, string? activity)
    {
        var flaws = Contract.Check(DefinitionDesk.Load(Broken(change)));

        var flaw = flaws.FirstOrDefault(f => f.Why!.Code == code && f.Activity == activity);
        Assert.True(flaw is not null, string.Join('\n', flaws));
        Assert.StartsWith("$", flaw.Path, StringComparison.Ordinal);
    }

    private static byte[] Broken(string change) => change switch
    {
        "unknown-definition" => DefinitionDesk.Edited("goal-filing", 2, n => n["definitionId"] = "other"),
        "form" => Payload("goal-filing", "sectionReview", "goal-review", "nothing"),
        "outcome" => DefinitionDesk.Edited("goal-filing", 2, n =>
            DefinitionDesk.SetPayload(n, "sectionReview", p => p.Replace("\"Approve\",", "\"Approve\", \"Maybe\",", StringComparison.Ordinal))),
        "due" => DefinitionDesk.Edited("goal-filing", 2, n =>
            DefinitionDesk.SetPayload(n, "sectionReview", p => p.Replace("{\"workingDays\": 5}", "{\"input\": \"someday\"}", StringComparison.Ordinal).Replace("{\"workingDays\":5}", "{\"input\":\"someday\"}", StringComparison.Ordinal))),
        "kept" => Payload("goal-filing", "fill", "\"UNIT\"", "\"DEPT\""),
        "kept-outcome" => DefinitionDesk.Edited("spot-check", 2, n => DefinitionDesk.SetPayload(n, "verify", p => p.Replace("\"Approve\",", "", StringComparison.Ordinal))),
        "missing-step" => Rename("notice", "close", "shut"),
        "missing-event" => Rename("rectification", "refusal", "refuses"),
        "foreign" => DefinitionDesk.Edited("goal-filing", 2, n =>
        {
            var step = DefinitionDesk.Activity(n, "beginRound");
            step["type"] = "Elsa.PublishEvent";
            step["eventName"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = "begun" } };
        }),
        // the due day of the first step under another name that some other definition has: nobody gives it here
        "no-due" => Payload("goal-filing", "fill", "\"due\"", "\"answerDue\""),
        "fails" => DefinitionDesk.Edited("goal-filing", 2, n =>
            DefinitionDesk.Activity(n, "beginRound")["value"]!["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "getInput(\"nothing\").of.it" }),
        "plain" => DefinitionDesk.Edited("goal-filing", 2, n => DefinitionDesk.SetPayload(n, "sectionReview", _ => "{}")),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private static byte[] Payload(string definition, string step, string from, string to) =>
        DefinitionDesk.Edited(definition, 2, n => DefinitionDesk.SetPayload(n, step, p => p.Replace(from, to, StringComparison.Ordinal)));

    private static byte[] Rename(string definition, string from, string to)
    {
        var text = System.Text.Encoding.UTF8.GetString(DefinitionDesk.Edited(definition, 2)).Replace($"\"{from}\"", $"\"{to}\"", StringComparison.Ordinal);
        return System.Text.Encoding.UTF8.GetBytes(text);
    }
}
