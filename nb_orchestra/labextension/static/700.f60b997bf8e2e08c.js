"use strict";(self.rspackChunknb_orchestra_lab=self.rspackChunknb_orchestra_lab||[]).push([[700],{646(r,o,e){var t=e(601),a=e.n(t),n=e(314),i=(e.n(n))()(a());i.push([r.id,`/* Goal cells, the panel of runs, the hover and the status item. Lab's own colours, so that every theme fits. */
.jp-CodeCell.orch-goal-cell .jp-InputArea-editor { border-left: 3px solid var(--jp-brand-color1); }
/* a chart's ink is made for white: in a dark theme it is seen to lie on a card, as charts in texts do */
.jp-CodeCell.orch-goal-cell .jp-RenderedImage img { box-sizing: border-box; padding: 8px; border-radius: 6px; background: #fff; }
.orch-goal-cell .cm-content { font-family: var(--jp-content-font-family); }
.orch-goal-cell .cm-content .cm-line:has(.orch-magic), .orch-goal-cell .cm-content .orch-mention { font-family: var(--jp-code-font-family); }
.orch-magic { color: var(--jp-mirror-editor-meta-color, var(--jp-ui-font-color2)); }
.orch-name { color: var(--jp-mirror-editor-def-color, inherit); font-weight: 600; }
.orch-option { color: var(--jp-mirror-editor-attribute-color, inherit); }
.orch-mention {
  color: var(--jp-mirror-editor-keyword-color, inherit); border-radius: 3px; padding: 0 1px;
  background: color-mix(in srgb, var(--jp-brand-color1) 12%, transparent);
}
.orch-mention * { color: inherit; text-decoration: none; }

.orch-hover { max-width: min(70ch, 80vw); max-height: 40vh; overflow: auto; padding: 6px 10px; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); font: var(--jp-ui-font-size1) / 1.45 var(--jp-ui-font-family); }
.orch-hover p { margin: 0 0 4px; }
.orch-hover pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: var(--jp-code-font-size) / 1.4 var(--jp-code-font-family); }
.cm-tooltip:has(> .orch-hover) { border: 1px solid var(--jp-border-color1); background: var(--jp-layout-color1); box-shadow: var(--jp-elevation-z4); z-index: 10000; }

.orch-panel { overflow: auto; padding: 8px; min-width: 180px; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); font: var(--jp-ui-font-size1) / 1.45 var(--jp-ui-font-family); }
.orch-panel [hidden] { display: none; }
.orch-panel p { margin: 2px 0; overflow-wrap: anywhere; }
.orch-panel p:empty { display: none; }
.orch-panel :focus-visible, .orch-status-button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.orch-head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.orch-head h2 { flex: 1 1 auto; margin: 0; font-size: var(--jp-ui-font-size2); }
.orch-button { font: inherit; color: inherit; padding: 1px 8px; border: 1px solid var(--jp-border-color1); border-radius: 3px; background: var(--jp-layout-color1); cursor: pointer; }
.orch-button:hover { background: var(--jp-layout-color2); }
.orch-yes, .orch-yes:hover { color: var(--jp-ui-inverse-font-color0, #fff); background: var(--jp-brand-color0, var(--jp-brand-color1)); border-color: transparent; }
.orch-search { box-sizing: border-box; width: 100%; margin: 8px 0; padding: 4px 6px; font: inherit; color: inherit; background: var(--jp-input-background, transparent); border: 1px solid var(--jp-border-color1); border-radius: 3px; }
.orch-search::placeholder { color: inherit; opacity: 0.75; }
.orch-dim { color: color-mix(in srgb, var(--jp-ui-font-color0) 66%, var(--jp-layout-color1)); }
.orch-bad { color: color-mix(in srgb, var(--jp-error-color1) 70%, var(--jp-ui-font-color1)); white-space: pre-wrap; }
.orch-notice:not(:empty), .orch-told:not(:empty) { margin: 8px 0; padding: 6px 8px; border-left: 3px solid var(--jp-brand-color1); background: var(--jp-layout-color2); white-space: pre-wrap; }
.orch-day h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; margin: 10px 0 2px; font-size: inherit; }
.orch-day h3 .orch-dim { font-weight: normal; }
.orch-day ul, .orch-steps { list-style: none; margin: 0; padding: 0; }
.orch-run { border-top: 1px solid var(--jp-border-color2); }
.orch-line { display: flex; gap: 6px; width: 100%; padding: 4px 2px; border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
.orch-line:hover { background: var(--jp-layout-color2); }
.orch-glyph { flex: none; width: 1.2em; text-align: center; }
.orch-words { display: flex; flex-direction: column; min-width: 0; }
.orch-title { overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow-wrap: anywhere; }
.orch-about, .orch-where { font-size: var(--jp-ui-font-size0, 0.9em); overflow-wrap: anywhere; }
[data-state="done"] > * > .orch-glyph { color: var(--jp-success-color1); }
[data-state="failed"] > * > .orch-glyph { color: var(--jp-error-color1); }
:is([data-state="running"], [data-state="planning"]) > * > .orch-glyph { color: var(--jp-brand-color1); }
.orch-body { padding: 2px 2px 8px 1.6em; }
.orch-goal { white-space: pre-wrap; }
.orch-actions, .orch-verbs { display: flex; flex-wrap: wrap; gap: 4px; margin: 6px 0; }
.orch-step { padding: 3px 0; border-top: 1px dashed var(--jp-border-color2); }
.orch-step-head { display: grid; grid-template-columns: 20px minmax(0, 1fr); }
.orch-step-head > .orch-dim { grid-column: 2; font-size: var(--jp-ui-font-size0, 0.9em); }
.orch-step-name { font-family: var(--jp-code-font-family); overflow-wrap: anywhere; }
.orch-step p, .orch-step details { margin-left: 20px; font-size: var(--jp-ui-font-size0, 0.9em); }
.orch-code { margin: 4px 0; padding: 6px; overflow: auto; max-height: 20em; background: var(--jp-layout-color2); font: var(--jp-code-font-size) / 1.4 var(--jp-code-font-family); }
.orch-costs, .orch-foot { margin-top: 10px; border-top: 1px solid var(--jp-border-color2); padding-top: 6px; }
.orch-panel summary { cursor: pointer; }
.orch-costs table { border-collapse: collapse; width: 100%; }
.orch-costs :is(th, td) { text-align: left; font-weight: normal; padding: 2px 8px 2px 0; vertical-align: top; overflow-wrap: anywhere; }
.orch-foot dl { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; margin: 4px 0; }
.orch-foot dd { margin: 0; overflow-wrap: anywhere; }
.orch-cache { white-space: pre-wrap; }

.orch-status-button { display: flex; align-items: center; gap: 4px; height: 100%; padding: 0 6px; border: 0; background: none; color: var(--jp-ui-font-color1); font: inherit; cursor: pointer; }
.orch-status-button:hover { background: var(--jp-layout-color3); }
.orch-status.orch-live { font-weight: 600; }
`,""]),e.d(o,{},{A:i})},314(r){r.exports=function(r){var o=[];return o.toString=function(){return this.map(function(o){var e="",t=void 0!==o[5];return o[4]&&(e+="@supports (".concat(o[4],") {")),o[2]&&(e+="@media ".concat(o[2]," {")),t&&(e+="@layer".concat(o[5].length>0?" ".concat(o[5]):""," {")),e+=r(o),t&&(e+="}"),o[2]&&(e+="}"),o[4]&&(e+="}"),e}).join("")},o.i=function(r,e,t,a,n){"string"==typeof r&&(r=[[null,r,void 0]]);var i={};if(t)for(var c=0;c<this.length;c++){var p=this[c][0];null!=p&&(i[p]=!0)}for(var l=0;l<r.length;l++){var s=[].concat(r[l]);t&&i[s[0]]||(void 0!==n&&(void 0===s[5]||(s[1]="@layer".concat(s[5].length>0?" ".concat(s[5]):""," {").concat(s[1],"}")),s[5]=n),e&&(s[2]&&(s[1]="@media ".concat(s[2]," {").concat(s[1],"}")),s[2]=e),a&&(s[4]?(s[1]="@supports (".concat(s[4],") {").concat(s[1],"}"),s[4]=a):s[4]="".concat(a)),o.push(s))}},o}},601(r){r.exports=function(r){return r[1]}},72(r){var o=[];function e(r){for(var e=-1,t=0;t<o.length;t++)if(o[t].identifier===r){e=t;break}return e}function t(r,t){for(var a={},n=[],i=0;i<r.length;i++){var c=r[i],p=t.base?c[0]+t.base:c[0],l=a[p]||0,s="".concat(p," ").concat(l);a[p]=l+1;var d=e(s),h={css:c[1],media:c[2],sourceMap:c[3],supports:c[4],layer:c[5]};if(-1!==d)o[d].references++,o[d].updater(h);else{var u=function(r,o){var e=o.domAPI(o);return e.update(r),function(o){o?(o.css!==r.css||o.media!==r.media||o.sourceMap!==r.sourceMap||o.supports!==r.supports||o.layer!==r.layer)&&e.update(r=o):e.remove()}}(h,t);t.byIndex=i,o.splice(i,0,{identifier:s,updater:u,references:1})}n.push(s)}return n}r.exports=function(r,a){var n=t(r=r||[],a=a||{});return function(r){r=r||[];for(var i=0;i<n.length;i++){var c=e(n[i]);o[c].references--}for(var p=t(r,a),l=0;l<n.length;l++){var s=e(n[l]);0===o[s].references&&(o[s].updater(),o.splice(s,1))}n=p}}},659(r){var o={};r.exports=function(r,e){var t=function(r){if(void 0===o[r]){var e=document.querySelector(r);if(window.HTMLIFrameElement&&e instanceof window.HTMLIFrameElement)try{e=e.contentDocument.head}catch(r){e=null}o[r]=e}return o[r]}(r);if(!t)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");t.appendChild(e)}},540(r){r.exports=function(r){var o=document.createElement("style");return r.setAttributes(o,r.attributes),r.insert(o,r.options),o}},56(r,o,e){r.exports=function(r){var o=e.nc;o&&r.setAttribute("nonce",o)}},825(r){r.exports=function(r){if("u"<typeof document)return{update:function(){},remove:function(){}};var o=r.insertStyleElement(r);return{update:function(e){var t,a,n;t="",e.supports&&(t+="@supports (".concat(e.supports,") {")),e.media&&(t+="@media ".concat(e.media," {")),(a=void 0!==e.layer)&&(t+="@layer".concat(e.layer.length>0?" ".concat(e.layer):""," {")),t+=e.css,a&&(t+="}"),e.media&&(t+="}"),e.supports&&(t+="}"),(n=e.sourceMap)&&"u">typeof btoa&&(t+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(n))))," */")),r.styleTagTransform(t,o,r.options)},remove:function(){var r;null===(r=o).parentNode||r.parentNode.removeChild(r)}}}},113(r){r.exports=function(r,o){if(o.styleSheet)o.styleSheet.cssText=r;else{for(;o.firstChild;)o.removeChild(o.firstChild);o.appendChild(document.createTextNode(r))}}},959(r,o,e){var t=e(72),a=e.n(t),n=e(825),i=e.n(n),c=e(659),p=e.n(c),l=e(56),s=e.n(l),d=e(540),h=e.n(d),u=e(113),f=e.n(u),v=e(646),m={};m.styleTagTransform=f(),m.setAttributes=s(),m.insert=p().bind(null,"head"),m.domAPI=i(),m.insertStyleElement=h(),a()(v.A,m),v.A&&v.A.locals&&v.A.locals}}]);